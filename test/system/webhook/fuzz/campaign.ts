import { Random } from '../../../models/random.js';
import type { Attack } from './attack.js';
import { bases } from './bases.js';
import { type Answer, send } from './client.js';
import { hostile } from './hostile.js';
import { wrongWith } from './judge.js';
import { mutant } from './mutations.js';

interface Failure {
  index: number;
  what: string;
  wrong: string;
}

export interface Figures {
  /** By status; 0 is a connection that was closed without an answer. */
  counts: Map<number, number>;
  slowest: { milliseconds: number; what: string; index: number };
  failures: Failure[];
}

/**
 * The attacks of a campaign: the fixed ones first, then mutations without end, of which each depends on the seed and its number
 * alone.
 */
function attacks(seed: number, length?: number): (index: number) => Attack {
  const [fixed, all] = [hostile(length), bases()];
  return (index) => fixed[index]?.() ?? mutant(new Random(seed * 1_000_003 + index), all);
}

export const FIXED = hostile().length;

export interface Campaign {
  port: number;
  seed: number;
  /** How long those bodies are that are many of something. */
  length?: number;
  /** Numbers of the attacks. */
  indexes: Iterable<number>;
  /** The longest that an answer may take, in milliseconds. */
  limit: number;
  /** What the operator did, besides answering, that it must not: a message, or undefined. */
  misdeed?: () => string | undefined;
  /** Told of each failure at once. */
  found?: (failure: Failure) => void;
  seen?: (attack: Attack, answer: Answer, index: number) => void;
}

/** Sends one attack after the other, so that each answer's time is its own. */
export async function run({ port, seed, length, indexes, limit, misdeed, found, seen }: Campaign): Promise<Figures> {
  const figures: Figures = {
    counts: new Map(),
    slowest: { milliseconds: 0, what: 'none', index: -1 },
    failures: [],
  };
  const attackOf = attacks(seed, length);
  for (const index of indexes) {
    const attack = attackOf(index);
    const answer = await send(port, attack);
    seen?.(attack, answer, index);
    const { status, milliseconds } = answer;
    figures.counts.set(status, (figures.counts.get(status) ?? 0) + 1);
    if (milliseconds > figures.slowest.milliseconds) figures.slowest = { milliseconds, what: attack.what, index };
    const slow = milliseconds > limit ? `${Math.round(milliseconds)} ms` : undefined;
    const wrong = wrongWith(attack, answer) ?? misdeed?.() ?? slow;
    if (wrong === undefined) continue;
    const failure = { index, what: attack.what, wrong };
    figures.failures.push(failure);
    found?.(failure);
  }
  return figures;
}
