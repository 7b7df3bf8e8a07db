import type { RateGroup } from '../../src/deletion/pace/rate-group.js';
import type { Flow } from '../../src/deletion/pace/flow.js';
import { deletePacedFlows } from '../models/dynamodb/paced-flows.js';

/** Of each physical partition, as DynamoDB's documents say; it saves up a quarter of a second. */
const PARTITION = { unitsPerSecond: 1000, burstSeconds: 0.25 };
const RANGES = 3;

/** When the ranges move on to which partitions, in milliseconds: one for each range. */
export const STAGES = [
  { from: 0, partitions: [0, 0, 0], what: 'all in one partition' },
  { from: 5000, partitions: [0, 1, 2], what: 'each in a partition of its own' },
  { from: 13_000, partitions: [3, 3, 3], what: 'all in one partition again' },
] as const;
export const END = 20_000;

/** Who has a rate at a time: all ranges together, or one of them, numbered from 0. */
export type Owner = 'all' | number;

interface Moment {
  at: number;
  what: 'first refusal' | 'split' | 'merge';
}

export interface PacingRun {
  /** Every 100 ms: what each rate is, in write units a second. */
  samples: { at: number; rates: Map<Owner, number> }[];
  moments: Moment[];
  /** In write units, when DynamoDB saw them. */
  writes: { at: number; committed: number; refused: number }[];
}

type Stage = (typeof STAGES)[number];

const stageAt = (at: number): Stage => STAGES.findLast(({ from }) => from <= at)!;

/** What the partitions that are written to take together, in write units a second. */
export const limitOf = ({ partitions }: Stage): number => new Set(partitions).size * PARTITION.unitsPerSecond;

/** The run that the picture shows: three ranges, which share physical partitions at first, then do not, then do again. */
export async function pacingRun(): Promise<PacingRun> {
  const samples: PacingRun['samples'] = [];
  const moments: Moment[] = [];
  let ranges: Flow[] = [];
  let before = 1;

  const sample = (groups: readonly RateGroup[], at: number): void => {
    if (at === 0) ranges = [...groups[0]!.flows];
    const ownerOf = ({ flows }: RateGroup): Owner => (flows.size === RANGES ? 'all' : ranges.indexOf([...flows][0]!));
    samples.push({ at, rates: new Map(groups.map((group) => [ownerOf(group), group.rate.unitsPerSecond])) });
    if (groups.length !== before) moments.push({ at, what: groups.length > before ? 'split' : 'merge' });
    before = groups.length;
  };

  const { writes } = await deletePacedFlows({
    flows: Array.from({ length: RANGES }, (_, range) => ({
      items: 40_000,
      units: () => 1,
      bucket: (_index: number, at: number) => stageAt(at).partitions[range]!,
    })),
    buckets: [PARTITION, PARTITION, PARTITION, PARTITION],
    until: END,
    watch: (limiter, at) => sample(limiter.rateControl.groups, at),
  });
  const first = writes.find(({ refused }) => refused > 0);
  if (first) moments.unshift({ at: first.at, what: 'first refusal' });
  return { samples, moments, writes };
}
