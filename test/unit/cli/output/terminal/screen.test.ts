import t from 'tap';
import type { Progress } from '../../../../../src/api/status.js';
import { Screen } from '../../../../../src/cli/output/terminal/screen.js';
import { styleWith } from '../../../../../src/cli/output/terminal/style.js';

/** A screen whose clock and timer are the test's. */
function rehearsal() {
  const shown: string[] = [];
  const draw = Object.assign((frame: string) => void shown.push(`frame: ${frame}`), {
    persist: (line: string) => void shown.push(`above: ${line}`),
    clear: () => void shown.push('clear'),
    done: () => void shown.push('done'),
  });
  let time = 0;
  let tick = (): void => {};
  const stop = new AbortController();
  const screen = new Screen({
    draw,
    write: (text) => void shown.push(`written: ${text}`),
    style: styleWith({ colors: false, unicode: true }),
    width: () => 80,
    now: () => time,
    every: (_, act) => {
      tick = act;
      return () => (tick = () => {});
    },
    signal: stop.signal,
    table: () => 'Orders',
  });
  const pass = (ms: number): string => {
    time += ms;
    tick();
    return shown.at(-1) ?? '';
  };
  return { screen, shown, pass, stop };
}

const attempt = (progress: () => Progress, throttled: () => number = () => 0) => ({
  mode: 'deleting' as const,
  progress,
  throttled,
  counted: () => 100,
});

t.test('a line of the log goes above, and the picture is drawn again below it', async (t) => {
  const { screen, shown } = rehearsal();
  screen.showProgress(attempt(() => ({ itemsFound: 50, itemsDeleted: 25 })));
  shown.length = 0;
  screen.log.info(
    { table: 'Orders', stream: false, replicas: ['eu-west-1', 'us-east-1'], sortKey: { name: 'sk', type: 'S' } },
    'found',
  );
  screen.log.info(
    { table: 'Orders', stream: false, replicas: ['eu-west-1', 'us-east-1'], sortKey: { name: 'sk', type: 'S' } },
    'found',
  );
  screen.log.warn({}, 'careful');
  screen.log.warn({}, 'careful');
  t.same(
    shown.map((each) => each.split('\n')[0]?.slice(0, 80)),
    [
      'above: found (table Orders, replicas eu-west-1 us-east-1, sort key sk S)',
      'frame: Deleting  █████████░░░░░░░░░░░░░░░░░░░░░░░░░░░   25 %  25 of 100 items'.slice(0, 80),
      'above: warning: careful',
      'frame: Deleting  █████████░░░░░░░░░░░░░░░░░░░░░░░░░░░   25 %  25 of 100 items'.slice(0, 80),
      'above: warning: careful',
      'frame: Deleting  █████████░░░░░░░░░░░░░░░░░░░░░░░░░░░   25 %  25 of 100 items'.slice(0, 80),
    ],
    'what is no news is said once, a warning each time',
  );
});

t.test('everything is refused: nothing is counted, and it says throttled all the same', async (t) => {
  const { screen, pass } = rehearsal();
  let [deleted, throttled] = [0, 0];
  screen.showProgress(
    attempt(
      () => ({ itemsFound: 50, itemsDeleted: deleted }),
      () => throttled,
    ),
  );
  t.notMatch(pass(1000), 'throttled');
  throttled = 1;
  t.match(pass(5000), /· throttled \(1×\)$/);
  t.match(pass(5000), /· throttled \(1×\)$/, 'still nothing else was answered');
  deleted = 1;
  pass(100);
  t.match(pass(2000), /· was throttled 1×$/);
});

t.test('before the question the picture goes; after the end its last word stays', async (t) => {
  const { screen, shown, pass, stop } = rehearsal();
  const hide = screen.showProgress(attempt(() => ({ itemsFound: 100, itemsDeleted: 60 })));
  stop.abort();
  t.match(pass(3000), 'Stopping');
  hide();
  t.same(shown.slice(-2), ['clear', 'done']);
  screen.log.warn({}, 'after');
  t.equal(shown.at(-1), 'above: warning: after', 'nothing is drawn any more');
  screen.showOutcome({
    exitCode: 130,
    message: 'interrupted',
    verifiedEmpty: false,
    progress: { itemsFound: 100, itemsDeleted: 60 },
  });
  t.match(
    shown.at(-1),
    /^written: ✘ Interrupted: interrupted\n {2}table {6}Orders\n {2}deleted {4}60 items of 100 found, 20 items\/s\n/,
  );
});
