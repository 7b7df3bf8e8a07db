import t from 'tap';
import type { Progress } from '../../../src/api/status.js';
import { RETRY_LIMITS } from '../../../src/deletion/retry/retry-policy.js';
import { scripted, throttled } from './scripted.js';

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
