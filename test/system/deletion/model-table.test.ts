import t from 'tap';
import { pulses } from '../../models/dynamodb/traffic.js';
import type { ModelRun } from '../../models/dynamodb/run-on-model.js';
import { runOnModel } from '../../models/dynamodb/run-on-model.js';
import { usageOf } from '../../models/dynamodb/throttling-proxy/index.js';
import { SHAPES } from '../../support/shapes.js';

/** What a scenario of `npm run bench:pace` reaches in a shorter run. */
async function usage(run: Omit<ModelRun, 'keys'>, count = 15_000) {
  const { writes } = await runOnModel({ keys: SHAPES.numbered!(count), ...run });
  return usageOf(writes.map((entry) => ({ ...entry, table: '', range: entry.partition })));
}

t.test('global indexes neither slow the deletion nor get its requests refused', async (t) => {
  for (const indexes of [1, 5]) {
    const globalIndexes = Array.from({ length: indexes }, () => ({}));
    const { unitsPerSecond, wasted } = await usage({ bytes: () => 900, globalIndexes });
    t.ok(unitsPerSecond >= 980, `${indexes}: ${unitsPerSecond.toFixed(0)} WCU/s`);
    t.ok(wasted <= 0.025, `${indexes}: ${(wasted * 100).toFixed(2)} % wasted`);
  }
});

t.test('local indexes, which are in the partition of the items, do not get its requests refused either', async (t) => {
  for (const localIndexes of [1, 5]) {
    const { unitsPerSecond, wasted } = await usage({ bytes: () => 900, localIndexes }, 30_000 / (1 + localIndexes));
    t.ok(unitsPerSecond >= 980, `${localIndexes}: ${unitsPerSecond.toFixed(0)} WCU/s`);
    t.ok(wasted <= 0.03, `${localIndexes}: ${(wasted * 100).toFixed(2)} % wasted`);
  }
});

t.test(
  'items of very unequal size: what a request took, and not what it was expected to take, sets the pace',
  async (t) => {
    // Each size stands for a twentieth of a lognormal distribution around 2 KB.
    const sizes = [0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 2, 2.4, 3.2, 4.6, 11];
    const bytes = (item: number) => sizes[(item * 7) % sizes.length]! * 1900;
    const { unitsPerSecond, wasted } = await usage({ bytes });
    t.ok(unitsPerSecond >= 950, `${unitsPerSecond.toFixed(0)} WCU/s`);
    t.ok(wasted <= 0.022, `${(wasted * 100).toFixed(2)} % wasted`);
    const large = await usage({ bytes: (item) => (item % 20 === 0 ? 100 * 1024 : 300) }, 6000);
    t.ok(large.unitsPerSecond >= 830, `${large.unitsPerSecond.toFixed(0)} WCU/s with 100 KB among 300 B`);
    t.ok(large.wasted <= 0.06, `${(large.wasted * 100).toFixed(2)} % wasted`);
  },
);

const reason = 'TableWriteKeyRangeThroughputExceeded';
const pacing: { why: string; run: Omit<ModelRun, 'keys' | 'bytes'>; least: number; wasted: number }[] = [
  { why: 'a cap at the limit', run: { caps: { maxWriteUnitsPerSecond: 1000 } }, least: 960, wasted: 0.05 },
  { why: 'a cap above it', run: { caps: { maxWriteUnitsPerSecond: 1300 } }, least: 960, wasted: 0.04 },
  { why: '2 % refused whatever the rate', run: { refused: { share: 0.02, reason } }, least: 850, wasted: 0.05 },
  { why: '5 % refused whatever the rate', run: { refused: { share: 0.05, reason } }, least: 850, wasted: 0.09 },
  {
    why: "someone else's bursts, 250 ms of 4000 a second",
    run: { foreign: pulses(0, 4000, { every: 5000, milliseconds: 250 }) },
    least: 750,
    wasted: 0.07,
  },
];

t.test('refusals that do not fall with the rate are borne, and those that do are not', async (t) => {
  for (const { why, run, least, wasted } of pacing) {
    const measured = await usage({ bytes: () => 900, ...run }, 30_000);
    t.ok(measured.unitsPerSecond >= least, `${why}: ${measured.unitsPerSecond.toFixed(0)} WCU/s`);
    t.ok(measured.wasted <= wasted, `${why}: ${(measured.wasted * 100).toFixed(2)} % wasted`);
  }
});
