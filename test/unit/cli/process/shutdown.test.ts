import { mock } from 'node:test';
import t, { type Test } from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import { overdueOutcome, shutdownOnSignals } from '../../../../src/cli/process/shutdown.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A shutdown, and its handlers, which are called by hand: a real signal would end the test runner as well. */
function shuttingDown(t: Test) {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const shutdown = shutdownOnSignals();
  t.teardown(() => shutdown.release());
  const handlers = SIGNALS.map((signal, i) => process.listeners(signal).filter((each) => !before[i]?.includes(each)));
  const handlerOf = (signal: (typeof SIGNALS)[number]) => handlers[SIGNALS.indexOf(signal)]?.[0];
  return {
    shutdown,
    handlers,
    send: (signal: (typeof SIGNALS)[number]) => handlerOf(signal)?.(signal),
    reason: () => shutdown.signal.reason as Interruption,
  };
}

t.test('the first reason decides', async (t) => {
  const fence = new Interruption(4, 'the DdbctlDpJob is gone', 'GuardRefused');
  const rows: readonly [reason: string, first: 'SIGTERM' | 'SIGINT' | 'fence', exitCode: number, message: RegExp][] = [
    ['Kubernetes', 'SIGTERM', 143, /next attempt deletes what remains/],
    ['Ctrl-C', 'SIGINT', 130, /run it again/],
    ['the fence', 'fence', 4, /gone/],
  ];
  for (const [reason, first, exitCode, message] of rows)
    t.test(reason, async (t) => {
      const { shutdown, send, reason: why } = shuttingDown(t);
      t.notOk(shutdown.signal.aborted);
      if (first === 'fence') shutdown.stop(fence);
      else send(first);
      t.match(why(), { exitCode, message });
      send('SIGTERM');
      shutdown.stop(fence);
      t.match(why(), { exitCode, message }, 'what comes later changes nothing');
    });
});

t.test('a second Ctrl-C ends the process at once', async (t) => {
  const exits = t.capture(process, 'exit', (() => undefined) as never);
  const { send } = shuttingDown(t);
  send('SIGINT');
  t.same(exits(), []);
  send('SIGINT');
  t.match(exits(), [{ args: [130] }]);
});

t.test('draining has twenty seconds', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const { shutdown, send, reason } = shuttingDown(t);
  let overdue: Interruption | undefined;
  void shutdown.overdue.then((why) => (overdue = why));
  send('SIGTERM');
  mock.timers.tick(19_999);
  await Promise.resolve();
  t.equal(overdue, undefined);
  mock.timers.tick(1);
  await Promise.resolve();
  t.equal(overdue, reason());
});

t.test('once released, signals do what they did before', async (t) => {
  const { shutdown, handlers } = shuttingDown(t);
  t.same(
    handlers.map(({ length }) => length),
    [1, 1],
  );
  shutdown.release();
  for (const [i, signal] of SIGNALS.entries()) t.notOk(process.listeners(signal).includes(handlers[i]![0]!), signal);
});

t.test('the outcome of a run that did not finish draining', async (t) => {
  const progress = { itemsFound: 5, itemsDeleted: 3 };
  for (const [reason, why, expected] of [
    ['a signal: another attempt follows', new Interruption(143, 'SIGTERM'), { exitCode: 143, state: undefined }],
    ['the fence', new Interruption(4, 'gone', 'GuardRefused'), { exitCode: 4, state: 'GuardRefused' }],
  ] as const)
    t.match(
      overdueOutcome(why, progress),
      {
        ...expected,
        message: /in-flight requests did not finish within 20 s$/,
        verifiedEmpty: false,
        progress: { ...progress, atLeast: true },
      },
      reason,
    );
});
