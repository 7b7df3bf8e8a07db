import t from 'tap';
import type { Progress } from '../../../src/api/status.js';
import { createContext } from '../../../src/deletion/context.js';
import { RETRY_LIMITS } from '../../../src/deletion/retry/retry-policy.js';
import { described, scripted, throttled } from './scripted.js';

t.test('without options of its own, a deletion may write, is not interrupted and tells nobody', async (t) => {
  const { context } = scripted();
  await context.mayWrite();
  context.notifyProgress();
  t.notOk(context.signal.aborted);
});

t.test('a pause is not a lack of progress', async (t) => {
  for (const [pause, survives, reason] of [
    [RETRY_LIMITS.withoutProgress, true, 'time starts again after a pause'],
    [0, false, 'permission that comes at once changes nothing'],
  ] as const) {
    const world = scripted({}, { mayWrite: () => world.clock.sleep(pause) });
    world.context.retryPolicy.succeeded();
    world.clock.pass(RETRY_LIMITS.withoutProgress - 1);
    await world.context.mayWrite();
    world.clock.pass(1);
    const judge = () => world.context.retryPolicy.judge(throttled());
    if (survives) t.equal(judge(), 'throttled', reason);
    else t.throws(judge, { name: 'Failure', state: 'Incomplete' }, reason);
  }
});

t.test('a request that succeeds says that the table is there: it need not be asked for', async (t) => {
  const { context, clock, sent } = scripted({ DescribeTable: () => described('id') });
  context.sameTable.found({ TableId: 'id' });
  clock.pass(999);
  context.retryPolicy.succeeded();
  clock.pass(999);
  await context.mayWrite();
  t.equal(sent.length, 0);
});

t.test('under a cap one request may have to wait longer than that', async (t) => {
  for (const [caps, seconds] of [
    [{}, 600],
    [{ maxWriteUnitsPerSecond: 1 }, 3 * 780],
    [{ maxReadUnitsPerSecond: 2 }, 3 * 500],
  ] as const) {
    const { patience } = scripted({}, { caps }).context.retryPolicy;
    patience.asks(780);
    patience.hasRead(1000);
    t.equal(patience.limit, seconds * 1000, JSON.stringify(caps));
  }
});

t.test('progress says how much of the capacity is left to others', async (t) => {
  const { context } = scripted();
  const { client, clock, log, readLimiter } = context;
  const asked = { tableName: 'Orders', partitionValue: 'p', mode: 'Execute' } as const;
  const limits = { readLimiter, writeUnitsPerSecond: undefined, leftPercent: 60 };
  const { counters } = createContext({ client, clock, log, asked, digest: (text) => text }, limits);
  t.equal(counters.progress().capacityLeftPercent, 60);
});

t.test('progress and throttling are told at once', async (t) => {
  const told: [Progress, number][] = [];
  const { context } = scripted({}, { onProgress: (progress, times) => void told.push([progress(), times]) });
  context.counters.itemsFound = 5;
  context.notifyProgress();
  context.retryPolicy.judge(throttled());
  t.match(told, [
    [{ itemsFound: 5 }, 0],
    [{ itemsFound: 5 }, 1],
  ]);
});
