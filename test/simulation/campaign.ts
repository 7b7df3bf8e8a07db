import fc from 'fast-check';
import { type Claim, CLAIM_NAMES } from './claims.js';
import { type HistoryPlan, historyPlan } from './commands.js';
import { EXCEPTION_NAMES } from './exceptions.js';
import { type BrokenWorker, runHistory } from './history.js';
import type { Hooks } from '../models/cluster/webhook.js';
import { Tally } from './tally.js';

const KINDS = ['staleParent', 'lostAnswer', 'forgedReport', 'lostNode', 'restored'] as const;

export interface Figures {
  histories: number;
  steps: number;
  milliseconds: number;
  held: Record<(typeof KINDS)[number], number>;
  /** How often each claim was judged. */
  tally: Tally;
}

export const nothing = (): Figures => ({
  histories: 0,
  steps: 0,
  milliseconds: 0,
  held: { staleParent: 0, lostAnswer: 0, forgedReport: 0, lostNode: 0, restored: 0 },
  tally: new Tally(),
});

export function sum(a: Figures, b: Figures): Figures {
  const held = { ...a.held };
  for (const kind of KINDS) held[kind] += b.held[kind];
  const tally = new Tally();
  tally.add(a.tally);
  tally.add(b.tally);
  return {
    histories: a.histories + b.histories,
    steps: a.steps + b.steps,
    milliseconds: a.milliseconds + b.milliseconds,
    held,
    tally,
  };
}

const NAMES: Record<(typeof KINDS)[number], string> = {
  staleParent: 'a stale parent',
  lostAnswer: 'a lost answer',
  forgedReport: 'a forged report',
  lostNode: 'a lost node',
  restored: 'a restored resource',
};
/** Of every thousand histories so many hold each of the kinds. */
const HELD_PER_THOUSAND = 100;

export function figuresText({ histories, steps, milliseconds, held }: Figures): string {
  const kinds = KINDS.map((kind) => `${held[kind]} with ${NAMES[kind]}`).join(', ');
  return `${histories} histories, ${steps} steps, ${(milliseconds / 1000).toFixed(1)} seconds; ${kinds}`;
}

/** Kinds that occurred too rarely for the histories to be meaningful; empty if there are none. */
export function enoughHeld({ histories, held }: Figures): string[] {
  const least = Math.ceil((histories * HELD_PER_THOUSAND) / 1000);
  return KINDS.filter((kind) => held[kind] < least).map((kind) => `${held[kind]} with ${NAMES[kind]}, of ${least}`);
}

/** How often each claim was judged, and each exception excused something, a line each. */
export const tallyLines = ({ tally }: Figures): string[] => [
  ...tally.lines(CLAIM_NAMES),
  ...EXCEPTION_NAMES.map((name) => `${name}: excused ${tally.excused.get(name) ?? 0} times`),
];

/** So many histories judge every claim; fewer may miss one by chance. */
export const ENOUGH = 10_000;

/** Claims that no history could have broken, so that they say nothing. */
export const neverJudged = ({ tally }: Figures): Claim[] => tally.neverMet(CLAIM_NAMES);

export interface Failure {
  claim: Claim;
  detail: string;
  plan: HistoryPlan;
}

export interface CampaignResult {
  figures: Figures;
  failure: Failure | undefined;
}

export interface CampaignOptions extends BrokenWorker {
  seed: number;
  histories: number;
  hooks: Hooks;
  /** Skips shrinking, for callers that only need to know whether a claim breaks. */
  shrink?: boolean;
  /** Hooks with which a failing plan must pass: otherwise it does not demonstrate the planted bug. */
  against?: Hooks;
  /** Adapts every plan so that a rare bug shows. */
  focus?: ((plan: HistoryPlan) => HistoryPlan) | undefined;
  /** The first history to run: those before it are skipped. Each is decided by the seed and its number alone. */
  from?: number;
  /** Of so many calls of a hook, one is made twice, to compare the bytes. */
  repeatEvery?: number;
  /** A history has held. */
  held?: () => void;
}

/** Shrinking ends after this time, with the shortest history so far. */
const LONGEST_SHRINK_MS = 500_000;

/** Runs the histories up to that number, or as many as it takes to break a claim; then returns the shortest that fast-check finds. */
export async function campaign({
  seed,
  histories,
  hooks,
  fence,
  reports,
  against,
  focus = (plan) => plan,
  shrink = true,
  from = 0,
  repeatEvery,
  held: hasHeld,
}: CampaignOptions): Promise<CampaignResult> {
  const started = performance.now();
  const figures = nothing();
  let index = -1;
  let failed = false;
  let claim: Claim | undefined;
  let shrinkUntil = Infinity;
  const details = await fc.check(
    fc.asyncProperty(historyPlan.map(focus), async (plan) => {
      if (!failed && ++index < from) return true;
      if (performance.now() > shrinkUntil) return true;
      const { violations, steps, held, cluster } = await runHistory(plan, hooks, { fence, reports, repeatEvery });
      if (!failed) {
        figures.tally.add(cluster.claims.tally);
        figures.tally.excuse(cluster.claims.exceptions.excused);
        figures.histories++;
        figures.steps += steps;
        for (const kind of KINDS) if (held[kind]) figures.held[kind]++;
      }
      // While shrinking, only a history that breaks the same claim counts as the same failure.
      const broken = violations.find((violation) => claim === undefined || violation.claim === claim);
      if (broken && against && (await runHistory(plan, against)).violations.length > 0) return true;
      claim ??= broken?.claim;
      if (broken && !failed) shrinkUntil = performance.now() + LONGEST_SHRINK_MS;
      failed ||= broken !== undefined;
      if (!failed) hasHeld?.();
      return broken === undefined;
    }),
    { seed, numRuns: histories, endOnFailure: !shrink },
  );
  figures.milliseconds = performance.now() - started;
  const plan = details.counterexample?.[0];
  if (plan === undefined) return { figures, failure: undefined };
  const { violations } = await runHistory(plan, hooks, { fence, reports, repeatEvery });
  const broken = violations.find((violation) => violation.claim === claim) ?? violations[0];
  return { figures, failure: { claim: broken?.claim ?? 'converges', detail: broken?.detail ?? '', plan } };
}

/** A failing history as a case for `test/simulation/cases.ts`. */
export function asCase({ claim, detail, plan }: Failure): string {
  return `{ claim: '${claim}', detail: ${JSON.stringify(detail)},\n  plan: ${literal(plan)} },`;
}

/** As JSON, but with the fields that are undefined: a plan has them all. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${name}: ${literal(field)}`)
    .join(', ')} }`;
}
