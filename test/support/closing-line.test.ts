import t from 'tap';
import type { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';

const { default: ClosingLine } = (await import(String(new URL('closing-line.js', import.meta.url)))) as {
  default: new () => Transform;
};

/** What is printed for these lines of TAP, however they arrive. */
async function report(lines: readonly string[], pieces = 1): Promise<string[]> {
  const reporter = new ClosingLine();
  const printed = text(reporter);
  const all = lines.map((line) => `${line}\n`).join('');
  const length = Math.ceil(all.length / pieces);
  for (let at = 0; at < all.length; at += length) reporter.write(all.slice(at, at + length));
  reporter.end();
  return (await printed).trimEnd().split('\n');
}

const FAILURE = [
  '        not ok 2 - loud',
  '          ---',
  '          diff: |',
  '            ok 1 - part of the details',
  '            # { total: 99, pass: 99 }',
  '          ...',
];
const RUN = [
  'TAP version 14',
  '1..3',
  '# Subtest: a.test.ts',
  '    # Subtest: one',
  '        ok 1 - quiet',
  ...FAILURE,
  '        ok 3 - later # SKIP no cluster',
  '        # 12 items remain',
  '        1..3',
  '        # time=1ms',
  '        # { total: 3, pass: 2, fail: 1 }',
  '    not ok 1 - one # time=1ms',
  'not ok 1 - a.test.ts # time=2ms',
  '',
  'printed by a test',
  '# Subtest: b.test.ts',
  '    1..0 # no tests found',
  'ok 2 - b.test.ts # SKIP no tests found',
  '# Subtest: c.test.ts',
  '    ok 1 - quiet',
  'ok 3 - c.test.ts # time=2ms',
  '# No coverage generated',
  '# { total: 9, pass: 3, fail: 1, skip: 2, todo: 3 }',
  '# time=5ms',
];

t.test(
  'files, failures with their details, skips with their reasons, and what tests say; the closing line',
  async (t) => {
    const shown = [
      ...FAILURE,
      'skipped: a.test.ts: later: no cluster',
      '        # 12 items remain',
      '    not ok 1 - one # time=1ms',
      'not ok 1 - a.test.ts # time=2ms',
      'printed by a test',
      'skipped: b.test.ts: no tests found',
      'ok 3 - c.test.ts # time=2ms',
      '3 passed, 1 failed, 5 skipped',
    ];
    t.strictSame(await report(RUN), shown);
    t.strictSame(await report(RUN, 200), shown, 'cut anywhere');
  },
);

t.test('a file that is killed after its assertions passed is a failure', async (t) => {
  const killed = ['    ok 1 - x', 'not ok 1 - a.test.ts # time=1ms', '# { total: 1, pass: 1 }'];
  t.equal((await report(killed)).at(-1), '1 passed, 1 failed, 0 skipped');
});

t.test('the figures are those of tap, not what a test printed', async (t) => {
  const told = ['# { total: 4, pass: 4 }', '    # { total: 7, pass: 7 }', 'ok 1 - # { total: 8, pass: 8 }'];
  t.equal((await report(told)).at(-1), '4 passed, 0 failed, 0 skipped');
});
