import t from 'tap';
import { frame, type View } from '../../../../../src/cli/output/terminal/frame.js';
import { styleWith } from '../../../../../src/cli/output/terminal/style.js';

const plain = styleWith({ colors: false, unicode: true });
const view = (more: Partial<View> = {}): View => ({
  phase: 'deleting',
  progress: { itemsFound: 2000, itemsDeleted: 1300, writeUnits: 1350, readUnits: 600 },
  total: 2500,
  rates: { found: 0, deleted: 412.4, writeUnits: 430 },
  throttled: 0,
  throttledNow: false,
  width: 80,
  ...more,
});

/** Each picture with its reason. */
const FRAMES: readonly { reason: string; view: View; lines: string[] }[] = [
  {
    reason: 'the total is what was counted',
    view: view(),
    lines: [
      'Deleting  ██████████████████░░░░░░░░░░░░░░░░░░   52 %  1,300 of 2,500 items',
      '          412 items/s · 430 write units/s, 1,350 in all · ETA 2.9 s',
    ],
  },
  {
    reason: 'not every write was measured',
    view: view({ progress: { itemsFound: 2000, itemsDeleted: 1300, writeUnits: 1350, writeUnitsEstimated: true } }),
    lines: [
      'Deleting  ██████████████████░░░░░░░░░░░░░░░░░░   52 %  1,300 of 2,500 items',
      '          412 items/s · 430 write units/s, about 1,350 in all · ETA 2.9 s',
    ],
  },
  {
    reason: 'a table with a capacity, of which others have the rest',
    view: view({
      progress: { itemsFound: 2000, itemsDeleted: 1300, writeUnits: 1350, readUnits: 600, capacityLeftPercent: 57 },
    }),
    lines: [
      'Deleting  ██████████████████░░░░░░░░░░░░░░░░░░   52 %  1,300 of 2,500 items',
      '          412 items/s · 430 write units/s, 1,350 in all · leaves 57 % of the table · ETA 2.9 s',
    ],
  },
  {
    reason: 'without a count the total is what was found so far, and so is the end',
    view: view({ total: undefined }),
    lines: [
      'Deleting  ███████████████████████░░░░░░░░░░░░░  1,300 of 2,000 items found so far',
      '          412 items/s · 430 write units/s, 1,350 in all · ETA at least 1.7 s',
    ],
  },
  {
    reason: 'items that came after the count belong to it',
    view: view({ total: 1000, progress: { itemsFound: 2600, itemsDeleted: 1300 } }),
    lines: [
      'Deleting  ██████████████████░░░░░░░░░░░░░░░░░░   50 %  1,300 of 2,600 items',
      '          412 items/s · 430 write units/s, 0 in all · ETA 3.2 s',
    ],
  },
  {
    reason: 'throttled at this moment, and so badly that nothing is done',
    view: view({ rates: { found: 0, deleted: 0, writeUnits: 0 }, throttled: 1234, throttledNow: true }),
    lines: [
      'Deleting  ██████████████████░░░░░░░░░░░░░░░░░░   52 %  1,300 of 2,500 items',
      '          0 items/s · 0 write units/s, 1,350 in all · ETA unknown · throttled (1,234×)',
    ],
  },
  {
    reason: 'throttled a while ago; no rate is known yet; lost answers; a narrow terminal',
    view: view({
      rates: { found: undefined, deleted: undefined, writeUnits: undefined },
      throttled: 2,
      progress: { itemsFound: 2000, itemsDeleted: 1300, writeUnits: 1350, atLeast: true },
      width: 20,
    }),
    lines: [
      'Deleting  █████░░░░░   52 %  at least 1,300 of 2,500 items',
      '          write units: 1,350 in all · ETA unknown · was throttled 2×',
    ],
  },
  {
    reason: 'all is deleted: it is being proven',
    view: view({ progress: { itemsFound: 2500, itemsDeleted: 2500, writeUnits: 2500 } }),
    lines: [
      'Checking  ████████████████████████████████████  100 %  2,500 of 2,500 items',
      '          a consistent read proves that nothing is left · 2,500 write units',
    ],
  },
  {
    reason: 'Ctrl-C',
    view: view({ phase: 'stopping' }),
    lines: [
      'Stopping  ██████████████████░░░░░░░░░░░░░░░░░░   52 %  1,300 of 2,500 items',
      '          finishing in-flight requests · press Ctrl-C again to quit now',
    ],
  },
  {
    reason: 'counting has no end that is known',
    view: view({ phase: 'counting', rates: { found: 3000, deleted: 0, writeUnits: 0 } }),
    lines: ['Counting  2,000 items found · 3,000 items/s · 600 read units'],
  },
  {
    reason: 'nothing yet',
    view: view({ progress: {}, total: undefined }),
    lines: [
      'Deleting  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 0 items found so far',
      '          412 items/s · 430 write units/s, 0 in all · ETA at least 0 s',
    ],
  },
];

for (const { reason, lines, ...row } of FRAMES)
  t.test(reason, async (t) => t.strictSame(frame(row.view, plain).split('\n'), lines));

t.test('colours are added to the same text, and only where wanted', async (t) => {
  const coloured = frame(view({ throttledNow: true, throttled: 1 }), styleWith({ colors: true, unicode: true }));
  t.match(coloured, '\u001b[1mDeleting\u001b[22m');
  t.match(coloured, /\u001b\[32m█+\u001b\[39m\u001b\[2m░+\u001b\[22m/);
  t.match(coloured, '\u001b[33mthrottled (1×)\u001b[39m');
  t.equal(coloured.replace(/\u001b\[\d+m/g, ''), frame(view({ throttledNow: true, throttled: 1 }), plain));
});

t.test('a terminal without Unicode gets ASCII', async (t) => {
  t.match(frame(view({ total: undefined }), styleWith({ colors: false, unicode: false })), /^[\x20-\x7e\n]+$/);
});
