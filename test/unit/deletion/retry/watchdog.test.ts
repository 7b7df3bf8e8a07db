import t from 'tap';
import type { Failure } from '../../../../src/api/failure.js';
import { Patience, WITHOUT_PROGRESS_MS } from '../../../../src/deletion/retry/patience.js';
import { Watchdog } from '../../../../src/deletion/retry/watchdog.js';
import { VirtualTime } from '../../../models/virtual-time.js';

function world() {
  const clock = new VirtualTime();
  const patience = new Patience(() => clock.now());
  const gaveUp: Failure[] = [];
  let look = (): void => undefined;
  let stopped = false;
  const watchdog = new Watchdog({
    clock,
    patience,
    everySecond: (callback) => {
      look = callback;
      return () => void (stopped = true);
    },
    giveUp: (why) => void gaveUp.push(why),
  });
  const pass = (milliseconds: number): void => {
    clock.pass(milliseconds);
    look();
  };
  return { patience, watchdog, gaveUp, pass, stopped: () => stopped };
}

t.test('it gives up once when patience is over, and leaves the last requests some time', async (t) => {
  const { watchdog, gaveUp, pass } = world();
  let overdue: unknown;
  void watchdog.overdue.catch((why: unknown) => (overdue = why));
  pass(WITHOUT_PROGRESS_MS - 1);
  t.same(gaveUp, []);
  pass(1);
  pass(1_000);
  t.match(gaveUp, [{ state: 'Incomplete', message: 'nothing was accepted for 10 minutes, and no request ended' }]);
  t.equal(gaveUp.length, 1);
  await Promise.resolve();
  t.equal(overdue, undefined);
  pass(18_999);
  await Promise.resolve();
  t.equal(overdue, undefined, 'a moment before');
  pass(1);
  await Promise.resolve();
  t.equal(overdue, gaveUp[0]);
});

t.test('progress keeps it waiting', async (t) => {
  const { patience, gaveUp, pass } = world();
  for (let i = 0; i < 3; i++) {
    pass(WITHOUT_PROGRESS_MS - 1);
    patience.progressed();
  }
  t.same(gaveUp, []);
});

t.test('it can be stopped', async (t) => {
  const { watchdog, stopped } = world();
  watchdog.stop();
  t.ok(stopped());
});
