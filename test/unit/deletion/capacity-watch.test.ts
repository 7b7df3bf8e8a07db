import t from 'tap';
import { CapacityWatch } from '../../../src/deletion/capacity-watch.js';
import { tableCapacity } from '../../../src/dynamodb/table-capacity.js';
import { scripted, sdkError } from './scripted.js';

const HOUR = 3600;
const table = (WriteCapacityUnits: number) => ({ Table: { ProvisionedThroughput: { WriteCapacityUnits } } });

/** Watches for an hour, and would for one more. */
async function watched(answer: (earlier: number) => object, { stopsWhileAsking = false, random = 0.5 } = {}) {
  const world = scripted({ DescribeTable: (_, earlier) => answer(earlier) });
  const { clock, context, sent, log } = world;
  Object.defineProperty(clock, 'random', { value: () => random });
  let look = (): void => {};
  const seen: (number | undefined)[] = [];
  const watch = new CapacityWatch({
    context,
    tableName: 'Orders',
    everySecond: (every) => {
      look = every;
      return () => (look = () => {});
    },
    onTable: (answered) => void seen.push(tableCapacity(answered).write),
  });
  for (let second = 0; second < 2 * HOUR; second++) {
    clock.pass(1000);
    look();
    if (second === HOUR + 30 || (stopsWhileAsking && sent.length > 0)) watch.stop();
    await Promise.resolve();
  }
  await new Promise(setImmediate);
  return { seen, sent, log };
}

t.test('the table is asked about every minute, until the deletion ends', async (t) => {
  const { seen, sent } = await watched((earlier) => table(100 + earlier));
  t.equal(seen.length, 60, 'in an hour');
  t.same(seen.slice(0, 3), [100, 101, 102], 'each answer counts');
  t.same(sent[0]?.input, { TableName: 'Orders' });
});

t.test('or up to a fifth earlier or later', async (t) => {
  for (const [random, expected] of [
    [0, [60, 108, 156]],
    [0.999, [60, 132, 204]],
  ] as const) {
    const { sent } = await watched(() => table(5), { random });
    t.same(
      sent.slice(0, 3).map(({ at }) => at / 1000),
      expected,
    );
  }
});

t.test('where it does not answer, what was known holds', async (t) => {
  const { seen, log } = await watched((earlier) =>
    earlier === 2 ? table(5) : earlier % 2 === 0 ? sdkError('ThrottlingException', 400) : {},
  );
  t.same(seen, [5]);
  t.equal(log.lines.length, 1, 'which is said once');
  t.match(log.lines[0], {
    level: 'warn',
    fields: { why: 'ThrottlingException' },
    message: /cannot be read again; the one that was known holds$/,
  });
});

t.test('an answer after the end says nothing', async (t) => {
  for (const answer of [table(5), sdkError('ThrottlingException', 400)]) {
    const { seen, sent, log } = await watched(() => answer, { stopsWhileAsking: true });
    t.same([seen.length, log.lines.length, sent.length], [0, 0, 1]);
  }
});

t.test('it is not asked again while an answer is awaited', async (t) => {
  const { sent } = await watched(() => new Promise(() => {}));
  t.equal(sent.length, 1);
});
