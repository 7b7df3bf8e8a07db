import type { GlobalIndex } from '../../models/dynamodb/model-table.js';
import type { ModelRun } from '../../models/dynamodb/run-on-model.js';
import { seeded } from '../../models/dynamodb/throttling-proxy/index.js';
import { pulses } from '../../models/dynamodb/traffic.js';
import { SHAPES } from '../../support/shapes.js';

const KB = 1024;
const PARTITION = { unitsPerSecond: 1000 };

/** What one scenario must reach, over all its seeds: the worst of them counts where `worst` is set, else the median. */
export interface Target {
  /** Write units a second, from two seconds after the first write to one second before the last. */
  unitsPerSecond?: number;
  /** Refused over committed, in percent. */
  wasted?: number;
  /** The time that the fullest partition needs, over the time that the run took, in percent. */
  ofIdeal?: number;
  /** Share of what production asked for that was refused, in percent. */
  productionRefused?: number;
  worst?: true;
}

export interface Scenario {
  name: string;
  seeds: readonly number[];
  run: ModelRun;
  /** Empty: a row to watch, which must not get worse. */
  target: Target;
}

const cached = new Map<string, readonly string[]>();
/** Keys of a shape in their order. */
function keys(count: number, shape = 'numbered'): readonly string[] {
  const name = `${shape} ${count}`;
  const known = cached.get(name) ?? SHAPES[shape]!(count).sort((a, b) => (a < b ? -1 : 1));
  cached.set(name, known);
  return known;
}

const FEW = [1, 2, 3];
const TWENTY = Array.from({ length: 20 }, (_, i) => i + 1);

/** One physical partition with items of one unit. */
const one = (count: number, more: Partial<ModelRun> = {}): ModelRun => ({
  keys: keys(count),
  bytes: () => 900,
  ...more,
});
const eight = (count: number, bytes: number, more: Partial<ModelRun> = {}): ModelRun => ({
  keys: keys(count),
  bytes: () => bytes,
  partitions: 8,
  ...more,
});
const gsis = (count: number): GlobalIndex[] => Array.from({ length: count }, () => ({}));
const everyHundredth = (large: number) => (item: number) => (item % 100 === 0 ? large : 300);
const PROVISIONED = { unitsPerSecond: 3000, burstSeconds: 0.25 };
/** No share: whatever the table gives. */
const WHOLE = { capacitySharePercent: 100 };
const cap = (maxWriteUnitsPerSecond: number) => ({ caps: { maxWriteUnitsPerSecond } });
const refused = (share: number) => ({
  refused: { share, reason: 'TableWriteKeyRangeThroughputExceeded' as const },
});
const pulsing = pulses(0, 4000, { every: 5000, milliseconds: 250 });
const lognormal = (mean: number, seed: number) => {
  const random = seeded(seed);
  const sizes = Array.from({ length: 5000 }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(400 * KB, mean * Math.exp(1.2 * normal));
  });
  return (item: number) => sizes[item % sizes.length]!;
};

const onePartition: Scenario[] = [
  {
    name: 'one partition, 60,000 of 900 B',
    seeds: FEW,
    run: one(60_000),
    target: { unitsPerSecond: 995, wasted: 0.7 },
  },
  ...[1, 2, 5].map((count) => ({
    name: `one partition, ${count} GSI`,
    seeds: FEW,
    run: one(40_000, { globalIndexes: gsis(count) }),
    target: { unitsPerSecond: 990, wasted: 2 },
  })),
  ...[1, 5].map((count) => ({
    name: `eight partitions, 4 WCU, ${count} GSI`,
    seeds: FEW,
    run: eight(50_000, 4000, { globalIndexes: gsis(count) }),
    target: {},
  })),
];

const caps: Scenario[] = [
  ...[950, 1000, 1300, 1420].map((units) => ({
    name: `one partition, cap ${units}`,
    seeds: FEW,
    run: one(40_000, cap(units)),
    target: { unitsPerSecond: Math.min(units, 995) * 0.99, wasted: 3 },
  })),
  {
    name: 'provisioned 3000 over eight, cap 3000',
    seeds: FEW,
    run: eight(30_000, 4000, { provisioned: PROVISIONED, caps: { maxWriteUnitsPerSecond: 3000, ...WHOLE } }),
    target: { unitsPerSecond: 2800, wasted: 3 },
  },
  {
    name: 'eight partitions, cap 8500',
    seeds: FEW,
    run: eight(50_000, 4000, cap(8500)),
    target: {},
  },
];

const whateverTheRate: Scenario[] = [
  ...(
    [
      [0.005, 900],
      [0.02, 850],
      [0.05, 750],
    ] as const
  ).map(([share, unitsPerSecond]) => ({
    name: `${share * 100} % refused whatever the rate`,
    seeds: FEW,
    run: one(40_000, refused(share)),
    target: { unitsPerSecond },
  })),
  {
    name: '20 % refused whatever the rate',
    seeds: [1],
    run: one(40_000, { ...refused(0.2), until: 60_000 }),
    target: {},
  },
  {
    name: 'eight partitions, 2 % refused, an index as reason',
    seeds: [1, 2],
    run: eight(50_000, 4000, {
      refused: { share: 0.02, reason: 'IndexWriteKeyRangeThroughputExceeded' },
      until: 60_000,
    }),
    target: {},
  },
  {
    name: 'every 50th item of a hot key of an index that takes 10 a second',
    seeds: FEW,
    run: one(40_000, {
      globalIndexes: [
        {
          limit: { unitsPerSecond: 10, burstSeconds: 0.25, reason: 'IndexWriteKeyRangeThroughputExceeded' },
          limits: (item) => item % 50 === 0,
        },
      ],
      until: 35_000,
    }),
    target: { unitsPerSecond: 900, wasted: 5 },
  },
  {
    name: 'pulses of 4000/s for 250 ms every 5 s',
    seeds: TWENTY,
    run: one(60_000, { foreign: pulsing }),
    target: { unitsPerSecond: 680, wasted: 5, worst: true },
  },
  {
    name: 'pulses of 1000/s for 1 s every 5 s',
    seeds: FEW,
    run: one(60_000, { foreign: pulses(0, 1000, { every: 5000, milliseconds: 1000 }) }),
    target: {},
  },
];

const sizes: Scenario[] = [
  ...(
    [
      [0.25, 5],
      [1, 15],
      [5, 15],
    ] as const
  ).map(([burstSeconds, wasted]) => ({
    name: `1 of 100 has 300 KB, burst ${burstSeconds} s`,
    seeds: FEW,
    run: { ...one(15_000), bytes: everyHundredth(300 * KB), partition: { ...PARTITION, burstSeconds } },
    target: { wasted },
  })),
  {
    name: '1 of 100 has 300 KB, over eight',
    seeds: FEW,
    run: { ...eight(60_000, 0), bytes: everyHundredth(300 * KB) },
    target: {},
  },
  {
    name: '1 of 20 has 100 KB',
    seeds: FEW,
    run: { ...one(6000), bytes: (item) => (item % 20 === 0 ? 100 * KB : 300) },
    target: {},
  },
  {
    name: 'a stretch of 300 KB in small items',
    seeds: FEW,
    run: { ...one(20_000), bytes: (item) => (item >= 10_000 && item < 10_060 ? 300 * KB : 300) },
    target: {},
  },
  { name: 'lognormal sizes around 2 KB', seeds: FEW, run: { ...one(12_000), bytes: lognormal(2000, 7) }, target: {} },
  ...[1, 3, 5].map((localIndexes) => ({
    name: `${localIndexes} LSI`,
    seeds: FEW,
    run: one(Math.ceil(40_000 / (1 + localIndexes)), { localIndexes }),
    target: {},
  })),
];

const limits: Scenario[] = [
  {
    name: 'the limit halves for ten seconds',
    seeds: FEW,
    run: one(50_000, {
      changes: [
        { at: 20_000, partition: { unitsPerSecond: 500 } },
        { at: 30_000, partition: PARTITION },
      ],
    }),
    target: {},
  },
  {
    name: 'the limit falls to a tenth for ten seconds',
    seeds: FEW,
    run: one(45_000, {
      changes: [
        { at: 20_000, partition: { unitsPerSecond: 100 } },
        { at: 30_000, partition: PARTITION },
      ],
    }),
    target: {},
  },
  ...[5, 30].map((burstSeconds) => ({
    name: `one partition, burst ${burstSeconds} s`,
    seeds: FEW,
    run: one(90_000, { partition: { ...PARTITION, burstSeconds }, until: 60_000 }),
    target: {},
  })),
];

/** 300 s, of which production peaks in ten a minute; alone it is refused nothing. */
const peaks: Partial<ModelRun> = {
  provisioned: { unitsPerSecond: 3000, burstSeconds: 300 },
  production: pulses(500, 5000, { every: 60_000, milliseconds: 10_000 }),
  until: 300_000,
};
const production: Scenario[] = [
  {
    name: 'provisioned 3000, with production',
    seeds: [1],
    run: eight(200_000, 8100, peaks),
    target: { productionRefused: 0.1 },
  },
  {
    name: 'provisioned 3000, with production, of which no room is left',
    seeds: [1],
    run: eight(200_000, 8100, { ...peaks, caps: WHOLE }),
    target: {},
  },
  {
    name: 'provisioned 3000, production of 2200 all the time',
    seeds: FEW,
    run: eight(200_000, 8100, { provisioned: PROVISIONED, production: () => 2200, until: 120_000 }),
    target: { unitsPerSecond: 640, productionRefused: 0.1 },
  },
];

const many: Scenario[] = [
  ...(
    [
      [1, 160_000],
      [4, 50_000],
      [8, 30_000],
      [63, 6000],
    ] as const
  ).map(([units, count]) => ({
    name: `eight partitions, ${units} WCU`,
    seeds: FEW,
    run: eight(count, units * KB - 100),
    target: { unitsPerSecond: 7600, wasted: 5 },
  })),
  {
    name: 'eight partitions, 4 WCU, UUIDs',
    seeds: FEW,
    run: { ...eight(50_000, 4000), keys: keys(50_000, 'UUIDs') },
    target: {},
  },
  {
    name: 'eight partitions, 4 WCU, META, ORDER#, USER#',
    seeds: FEW,
    run: { ...eight(50_000, 4000), keys: keys(50_000, 'META, ORDER#, USER#') },
    target: {},
  },
  { name: 'four partitions, 4 WCU', seeds: FEW, run: { ...eight(30_000, 4000), partitions: 4 }, target: {} },
  {
    name: '16 partitions, 4 WCU, round trips of 80 to 160 ms',
    seeds: [1, 2],
    run: { keys: keys(80_000, 'UUIDs'), bytes: () => 4000, partitions: 16, oneWay: 40 },
    target: {},
  },
  ...([12, 16, 24, 32] as const).flatMap((partitions) =>
    [3500, 8100].map((bytes) => ({
      name: `${partitions} partitions, ${Math.ceil(bytes / KB)} WCU, end to end`,
      seeds: [1, 2],
      run: {
        keys: keys(Math.round((partitions * 20_000) / Math.ceil(bytes / KB)), 'UUIDs'),
        bytes: () => bytes,
        partitions,
      },
      target: { ofIdeal: partitions <= 16 ? 90 : 85, wasted: 4 },
    })),
  ),
];

export const SCENARIOS: readonly Scenario[] = [
  ...onePartition,
  ...caps,
  ...whateverTheRate,
  ...sizes,
  ...limits,
  ...production,
  ...many,
];
