import t from 'tap';
import { countsOf, isWorthALine } from './tap-lines.js';

t.test('the figures are those of the closing comment, and of no other line', async (t) => {
  t.strictSame(countsOf('# { total: 4, pass: 4 }'), { passed: 4, failed: 0, skipped: 0 });
  t.strictSame(countsOf('# { total: 9, pass: 3, fail: 1, skip: 2, todo: 3 }'), { passed: 3, failed: 1, skipped: 5 });
  t.equal(countsOf('    # { total: 4, pass: 4 }'), undefined, 'what a test printed');
  t.equal(countsOf('ok 1 - # { total: 4, pass: 4 }'), undefined);
});

t.test('passed assertions are not shown; tests, failures with their details, skips and comments are', async (t) => {
  const lines = [
    'TAP version 14',
    '# Subtest: a.test.ts',
    '    # Subtest: one',
    '        ok 1 - quiet',
    '        not ok 2 - loud',
    '          ---',
    '          diff: |',
    '            ok 1 - part of the details',
    '          ...',
    '        ok 3 - later # SKIP no cluster',
    '        # 12 items remain',
    '        1..3',
    '        # time=1ms',
    '        # { total: 3, pass: 2, fail: 1 }',
    '    not ok 1 - one # time=1ms',
    'not ok 1 - a.test.ts # time=2ms',
    '',
    'printed by a test',
  ];
  let inDetails = false;
  const shown = lines.filter((line) => {
    const { show, inDetails: next } = isWorthALine(line, inDetails);
    inDetails = next;
    return show;
  });
  t.strictSame(shown, [...lines.slice(4, 11), ...lines.slice(14, 16), lines[17]]);
});
