import t from 'tap';
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
