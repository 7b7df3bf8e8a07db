import t from 'tap';
import { styleWith } from '../../../../../src/cli/output/terminal/style.js';
import { summary } from '../../../../../src/cli/output/terminal/summary.js';

const plain = styleWith({ colors: false, unicode: true });
const table = 'Orders (us-east-1, http://localhost:8000)';

t.test('deleted and proven', async (t) => {
  const outcome = {
    state: 'PartitionDeleted' as const,
    exitCode: 0,
    message: '2500 items deleted; a consistent read found nothing left',
    verifiedEmpty: true,
    progress: { itemsFound: 2500, itemsDeleted: 2500, writeUnits: 2600, readUnits: 640, capacityLeftPercent: 57 },
  };
  t.strictSame(summary({ outcome, table, took: 6100, throttled: 17 }, plain).split('\n'), [
    '✔ PartitionDeleted: 2500 items deleted; a consistent read found nothing left',
    '  table      Orders (us-east-1, http://localhost:8000)',
    '  deleted    2,500 items of 2,500 found, 410 items/s',
    '  consumed   2,600 write units, 640 read units',
    "  left       57 % of the table's write capacity to others, at the end",
    '  throttled  17 times',
    '  took       6.1 s',
    '  proof      a consistent read after the last write found nothing',
  ]);
});

t.test('counted', async (t) => {
  const outcome = {
    state: 'DryRunComplete' as const,
    exitCode: 0,
    message: '30 items found; nothing was deleted',
    verifiedEmpty: false,
    progress: { itemsFound: 30, itemsDeleted: 0, writeUnits: 0, readUnits: 1 },
    estimatedWriteUnits: { min: 30, max: 60 },
  };
  t.strictSame(summary({ outcome, table, took: 300, throttled: 0 }, plain).split('\n').slice(2), [
    '  deleted    nothing',
    '  consumed   0 write units, 1 read units',
    '  estimate   30 to 60 write units to delete them',
    '  took       0.3 s',
  ]);
});

t.test('interrupted, with answers lost: what is known, the exit code, and no proof', async (t) => {
  const outcome = {
    exitCode: 130,
    message: 'interrupted by SIGINT; run it again to delete what remains',
    verifiedEmpty: false,
    progress: {
      itemsFound: 2000,
      itemsDeleted: 1300,
      writeUnits: 1300,
      writeUnitsEstimated: true,
      readUnits: 500,
      atLeast: true,
    },
  };
  const text = summary({ outcome, table, took: 500, throttled: 0 }, styleWith({ colors: true, unicode: false }));
  t.match(text, '\u001b[31mFAILED Interrupted: interrupted by SIGINT; run it again to delete what remains\u001b[39m\n');
  t.match(text, 'at least 1,300 items of 2,000 found\n');
  t.match(text, 'about 1,300 write units, 500 read units\n');
  t.match(text, /exit code.* 130$/);
  t.notMatch(text, 'proof');
});
