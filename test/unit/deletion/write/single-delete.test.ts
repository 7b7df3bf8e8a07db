import t from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import { deleteSingleItem } from '../../../../src/deletion/write/single-delete.js';
import { scripted, singleItemTarget, throttled, unavailable } from '../scripted.js';

const FOUND = { Query: () => ({ Items: [{ pk: { S: 'p' } }] }) };
const asked = { consistent: false };

t.test('one delete, sent until it succeeds', async (t) => {
  for (const [reason, failures, expected] of [
    ['at once', [], { atLeast: undefined }],
    ['after throttling', [throttled(), throttled()], { atLeast: undefined }],
    ['after a failure of unknown outcome: deleting again is harmless', [unavailable()], { atLeast: true }],
  ] as const) {
    const { context, sent } = scripted({
      ...FOUND,
      DeleteItem: (_, earlier) => failures[earlier] ?? { ConsumedCapacity: { CapacityUnits: 3 } },
    });
    await deleteSingleItem(context, singleItemTarget(), asked);
    t.match(context.counters.progress(), { itemsFound: 1, itemsDeleted: 1, writeUnits: 3, ...expected }, reason);
    t.equal(sent.length, 1 + failures.length + 1);
    const Key = { pk: { S: 'p' } };
    t.strictSame(sent[1]?.input, { TableName: 'Orders', Key, ReturnConsumedCapacity: 'INDEXES' });
  }
});

t.test('an item beyond what may be deleted stays', async (t) => {
  for (const [reason, itemsDeleted, outcome] of [
    ['the only one', 0, 1],
    ['one that came after another attempt had deleted it', 1, 0],
  ] as const) {
    const { context, sent } = scripted(
      { ...FOUND, DeleteItem: (_, earlier) => (earlier === 0 ? unavailable() : {}) },
      { asked: { tableName: 'Orders', partitionValue: 'p', mode: 'Execute', maxItems: 1 } },
    );
    context.budget.begin({ itemsDeleted });
    const deleting = deleteSingleItem(context, singleItemTarget(), asked);
    if (outcome === 0) await t.rejects(deleting, { state: 'GuardRefused', message: /more than the 1 items/ }, reason);
    else await deleting;
    t.equal(context.counters.itemsDeleted, outcome, reason);
    t.equal(
      sent.some(({ operation }) => operation === 'DeleteItem'),
      outcome === 1,
      reason,
    );
  }
});

t.test('an engine that does not report capacity', async (t) => {
  const { context } = scripted({ ...FOUND, DeleteItem: () => ({}) });
  await deleteSingleItem(context, singleItemTarget(), asked);
  t.match(context.counters.progress(), { itemsDeleted: 1, writeUnits: 0 });
});

t.test('nothing is sent before it may be, nor when a drain came first', async (t) => {
  const stop = new AbortController();
  const why = new Interruption(143, 'stop');
  const { context, sent } = scripted(FOUND, { signal: stop.signal, mayWrite: async () => stop.abort(why) });
  await t.rejects(deleteSingleItem(context, singleItemTarget(), asked), why);
  t.same(
    sent.map(({ operation }) => operation),
    ['Query'],
  );
  t.equal(context.counters.itemsDeleted, 0);
});

t.test('an item that is not there is neither deleted nor counted', async (t) => {
  for (const consistent of [false, true]) {
    const { context, sent } = scripted({ Query: () => ({ Items: [] }) });
    await deleteSingleItem(context, singleItemTarget(), { consistent });
    t.match(context.counters.progress(), { itemsFound: 0, itemsDeleted: 0, writeUnits: 0 });
    t.same(
      sent.map(({ operation }) => operation),
      ['Query'],
    );
    t.match(sent[0]?.input, { ConsistentRead: consistent, Limit: 1 });
  }
});
