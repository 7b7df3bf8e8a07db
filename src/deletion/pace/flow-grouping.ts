import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import type { Flow } from './flow.js';
import { PACING } from './pacing-parameters.js';
import type { RateGroup } from './rate-group.js';

/** What is known when a request was answered. Times are in milliseconds, rates in write units per second. */
export interface Evidence {
  /** Whose request it was. */
  readonly group: Pick<RateGroup, 'flows' | 'unrefused' | 'hasJoined' | 'lastProbeAt'>;
  /** How many groups there are. */
  readonly groups: number;
  /** Whether anything of the request was refused. */
  readonly refused: boolean;
  /** What all flows deliver now, without what a partition may have saved up. */
  readonly deliveredBeyondSavings: number;
  /** What all flows deliver, over a longer time. */
  readonly delivered: number;
  /** Since when flows have rates of their own; undefined while all are under one. */
  readonly splitAt: number | undefined;
  /** When refusals last proved that flows write to different partitions. */
  readonly provedSplitAt: number;
  /** Whether the answer names a limit that all flows share. */
  readonly sharedLimit: boolean;
  /** Until when such a limit holds all flows together. */
  readonly togetherUntil: number;
}

export type Regrouping =
  /** A rate of its own for each flow. */
  | { readonly kind: 'split' }
  /** One rate over all flows. */
  | { readonly kind: 'merge' }
  /** Rates of their own for these flows of the group; the others stay. */
  | { readonly kind: 'split off unrefused'; readonly flows: readonly Flow[] }
  /** Everything stays, and the group looks for more. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'none' };

const NONE: Regrouping = { kind: 'none' };

/**
 * Which flows should share a rate. DynamoDB throttles physical partitions, and never says which one a key is in: flows that
 * write to one partition should slow together, and no flow should slow for a partition that it does not write to. What they
 * deliver together, and whom refusals meet, is the evidence.
 */
export function regrouping(evidence: Evidence, now: number): Regrouping {
  const { group, groups, refused, splitAt } = evidence;
  if (evidence.sharedLimit) return groups > 1 ? { kind: 'merge' } : NONE;
  if (now < evidence.togetherUntil) return NONE;
  if (splitAt === undefined && group.flows.size > 1 && deliverMoreThanOnePartition(evidence)) return { kind: 'split' };
  if (refused && group.flows.size > 1) {
    const flows = group.unrefused(now);
    return flows.length > 0 ? { kind: 'split off unrefused', flows } : NONE;
  }
  if (refused && groups > 1 && mayBeOnePartition(evidence, now)) return { kind: 'merge' };
  return group.hasJoined && now - group.lastProbeAt > PACING.slowStart.probeIntervalMs ? { kind: 'probe' } : NONE;
}

const deliverMoreThanOnePartition = ({ deliveredBeyondSavings }: Evidence): boolean =>
  deliveredBeyondSavings > PACING.split.partitions * PARTITION_WRITE_UNITS;

/** Not before they had time to deliver more, nor soon after it was proved that they write to several. */
function mayBeOnePartition({ splitAt, provedSplitAt, delivered }: Evidence, now: number): boolean {
  const { afterSplitMs, afterProofMs, partitions } = PACING.merge;
  if (splitAt === undefined || now - splitAt < afterSplitMs || now - provedSplitAt < afterProofMs) return false;
  return delivered <= partitions * PARTITION_WRITE_UNITS;
}
