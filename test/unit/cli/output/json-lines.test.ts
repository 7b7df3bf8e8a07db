import { pino } from 'pino';
import t from 'tap';
import { jsonLines } from '../../../../src/cli/output/json-lines.js';

t.test('a progress line every five seconds says how far the attempt is, and how often it was throttled', async (t) => {
  const lines: unknown[] = [];
  const timers: { tick: () => void; ms: number }[] = [];
  t.intercept(globalThis, 'setInterval', { value: (tick: () => void, ms: number) => timers.push({ tick, ms }) });
  const output = jsonLines(undefined, pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }));
  let throttled = 0;
  output.showProgress({
    mode: 'deleting',
    progress: () => ({ itemsFound: 50, itemsDeleted: 25 }),
    throttled: () => throttled,
    counted: () => 400,
  });
  timers[0]?.tick();
  throttled = 3;
  timers[0]?.tick();
  t.equal(timers[0]?.ms, 5_000);
  t.match(lines, [
    { msg: 'progress', itemsFound: 50, itemsDeleted: 25, counted: 400, throttled: 0 },
    { msg: 'progress', itemsFound: 50, itemsDeleted: 25, counted: 400, throttled: 3 },
  ]);
});
