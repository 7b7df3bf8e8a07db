import { performance } from 'node:perf_hooks';
import type { Test } from 'tap';
import { type Bundles, ROOT_TEST } from './bundles.js';

/** How a test file ended. `stuck`: nothing happens any more, and it has not ended. */
export type Outcome = { kind: 'passed' } | { kind: 'failed'; message: string } | { kind: 'stuck' };

/** A process in which this little of the time is used does nothing. */
const IDLE = 0.1;

/**
 * Runs one test file in this process, with a root test of its own, until it ends, fails first, or hangs for longer than it may take.
 * One that is busy for longer is left to the watchdog, which kills the process.
 */
export async function runTestFile(bundles: Bundles, file: string, milliseconds: number): Promise<Outcome> {
  const tap = await import('tap');
  // The test of the process itself would end after 30 s, and the process with it.
  tap.default.setTimeout(0);
  const root = new tap.Test({ name: file, bail: true });
  // What it writes is of no interest; unread, it would stop.
  root.resume();
  root.runMain(() => undefined);
  const ended = new Promise<Outcome>((settle) => {
    root.on('complete', ({ ok }: { ok: boolean }) => settle(ok ? { kind: 'passed' } : failed(root)));
    root.on('bailout', () => settle(failed(root)));
    thrown = (error) => settle({ kind: 'failed', message: String(error) });
  });
  const hang = watch(milliseconds);
  Object.assign(globalThis, { [ROOT_TEST]: root });
  try {
    bundles.evaluate(file);
    root.end();
    return await Promise.race([ended, hang.stuck]);
  } catch (error) {
    return { kind: 'failed', message: String(error) };
  } finally {
    hang.end();
  }
}

const failed = (root: Pick<Test, 'lists' | 'bailedOut'>): Outcome => ({
  kind: 'failed',
  message: root.lists.fail[0]?.fullname ?? String(root.bailedOut || 'a test failed'),
});

let thrown: (error: unknown) => void = () => undefined;
/** What a mutant throws where nobody catches it, as in a timer, is a failure too. */
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error: unknown) => thrown(error));

/** Says that nothing happens any more, once the time is up and a fifth of it has passed without work. */
function watch(milliseconds: number): { stuck: Promise<Outcome>; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<Outcome>((settle) => {
    let before = performance.eventLoopUtilization();
    const begin = performance.now();
    const look = (): void => {
      const { utilization } = performance.eventLoopUtilization(before);
      before = performance.eventLoopUtilization();
      if (performance.now() - begin > milliseconds && utilization < IDLE) settle({ kind: 'stuck' });
    };
    timer = setInterval(look, milliseconds / 5);
  });
  return { stuck, end: () => clearInterval(timer) };
}
