import type { Answer, ThrottlingExceptionName } from './exceptions.js';
import type { Reason } from './buckets.js';

/** What goes wrong with one request. */
export type Fault =
  /** Nothing is done; the exception may say why. */
  | { kind: 'throttle'; exception?: ThrottlingExceptionName; reasons?: readonly Reason[] }
  /** A BatchWriteItem of which only that many requests are done; the rest comes back unprocessed. 0: an exception. */
  | { kind: 'process'; items: number }
  /** Any answer in place of the engine's; nothing is done. */
  | { kind: 'answer'; answer: Answer }
  /** The request waits that long before it is done. */
  | { kind: 'slow'; milliseconds: number }
  /** Nothing is done, and the connection is cut. */
  | { kind: 'cut' }
  /** The request is done, and the connection is cut before the answer. */
  | { kind: 'cutAfterCommit' }
  /** Nothing is done, and no answer ever comes. */
  | { kind: 'hang' };

/** A request as rules see it. */
export interface Seen {
  operation: string;
  table: string | undefined;
  body: Record<string, unknown>;
  /** Milliseconds since the proxy was started. */
  at: number;
}

/** When a fault happens. All given conditions must hold; the first rule that matches a request decides. */
export interface Rule {
  fault: Fault | ((seen: Seen) => Fault);
  /** Name of the operation, or several; absent: any. */
  operation?: string | readonly string[];
  when?: (seen: Seen) => boolean;
  /** Lets that many matching requests pass first. */
  skip?: number;
  /** Happens at most this many times. */
  times?: number;
  /** Milliseconds since the start of the proxy. */
  from?: number;
  until?: number;
  /** From 0 to 1, by the proxy's random source. */
  probability?: number;
}

/** Rules that count how many times they matched. */
export class Script {
  readonly #rules: { rule: Rule; fitted: number }[];
  readonly #random: () => number;

  constructor(rules: readonly Rule[], random: () => number) {
    this.#rules = rules.map((rule) => ({ rule, fitted: 0 }));
    this.#random = random;
  }

  add(rule: Rule): void {
    this.#rules.push({ rule, fitted: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The fault of this request, if any. */
  faultOf(seen: Seen): Fault | undefined {
    for (const counted of this.#rules) {
      const { rule } = counted;
      if (!fits(rule, seen)) continue;
      if (rule.probability !== undefined && this.#random() >= rule.probability) continue;
      const ordinal = counted.fitted++;
      if (ordinal < (rule.skip ?? 0) || ordinal >= (rule.skip ?? 0) + (rule.times ?? Infinity)) continue;
      return typeof rule.fault === 'function' ? rule.fault(seen) : rule.fault;
    }
    return undefined;
  }
}

function fits(rule: Rule, seen: Seen): boolean {
  if (rule.operation !== undefined && ![rule.operation].flat().includes(seen.operation)) return false;
  if (seen.at < (rule.from ?? 0) || seen.at >= (rule.until ?? Infinity)) return false;
  return rule.when?.(seen) ?? true;
}
