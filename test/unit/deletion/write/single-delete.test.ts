import t from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import { deleteSingleItem } from '../../../../src/deletion/write/single-delete.js';
import { scripted, singleItemTarget, throttled, unavailable } from '../scripted.js';

t.test('one delete, sent until it succeeds', async (t) => {
  for (const [reason, failures, expected] of [
    ['at once', [], { atLeast: undefined }],
    ['after throttling', [throttled(), throttled()], { atLeast: undefined }],
    ['after a failure of unknown outcome: deleting again is harmless', [unavailable()], { atLeast: true }],
  ] as const) {
    const { context, sent } = scripted({
      DeleteItem: (_, earlier) => failures[earlier] ?? { ConsumedCapacity: { CapacityUnits: 3 } },
    });
    await deleteSingleItem(context, singleItemTarget());
    t.match(context.counters.progress(), { itemsFound: 1, itemsDeleted: 1, writeUnits: 3, ...expected }, reason);
    t.equal(sent.length, failures.length + 1);
    t.match(sent[0]?.input, { TableName: 'Orders', Key: { pk: { S: 'p' } } });
  }
});

t.test('an engine that does not report capacity', async (t) => {
  const { context } = scripted({ DeleteItem: () => ({}) });
  await deleteSingleItem(context, singleItemTarget());
  t.match(context.counters.progress(), { itemsDeleted: 1, writeUnits: 0 });
});

t.test('nothing is sent before it may be, nor when a drain came first', async (t) => {
  const stop = new AbortController();
  const why = new Interruption(143, 'stop');
  const { context, sent } = scripted({}, { signal: stop.signal, mayWrite: async () => stop.abort(why) });
  await t.rejects(deleteSingleItem(context, singleItemTarget()), why);
  t.equal(sent.length, 0);
  t.equal(context.counters.itemsDeleted, 0);
});
