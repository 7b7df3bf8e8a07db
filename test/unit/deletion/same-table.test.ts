import type { TableDescription } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { scripted, sdkError, throttled } from './scripted.js';

const TABLE = { TableId: 'id', TableName: 'Orders' };
const never = new AbortController().signal;

/** A table that was found a while ago, and what DescribeTable says of it now. */
function found(answer: () => object | Promise<object>, table: TableDescription = TABLE) {
  const world = scripted({ DescribeTable: answer });
  world.context.sameTable.found(table);
  return { ...world, sameTable: world.context.sameTable, asked: () => world.sent.length };
}

t.test('it is asked for only after a silence', async (t) => {
  const { sameTable, clock, asked } = found(() => ({ Table: TABLE }));
  await sameTable.beforeWrite(never);
  clock.pass(999);
  await sameTable.beforeWrite(never);
  sameTable.answered();
  clock.pass(999);
  await sameTable.beforeWrite(never);
  t.equal(asked(), 0, 'it has just answered');
  clock.pass(1);
  await Promise.all([sameTable.beforeWrite(never), sameTable.beforeWrite(never)]);
  t.equal(asked(), 1, 'once for all who wait');
  await sameTable.beforeWrite(never);
  t.equal(asked(), 1, 'that was an answer too');
});

t.test('it is asked for by its name, and once, however long ago the process began', async (t) => {
  const { sameTable, clock, asked, sent } = found(() => ({ Table: TABLE }));
  clock.pass(3_600_000);
  await sameTable.beforeWrite(never);
  t.equal(asked(), 1);
  t.strictSame(sent[0]?.input, { TableName: 'Orders' });
});

t.test('an answer that ends a silence does not hide it', async (t) => {
  const { sameTable, clock, asked } = found(() => ({ Table: { ...TABLE, TableId: 'other' } }));
  clock.pass(1000);
  sameTable.answered();
  await t.rejects(sameTable.beforeWrite(never), { state: 'GuardRefused', message: /created again/ });
  t.equal(asked(), 1);
});

t.test('a late answer is asked for again: it is as old as its request', async (t) => {
  const world = found(async () => {
    if (world.asked() === 1) await world.clock.sleep(5000);
    return { Table: TABLE };
  });
  world.clock.pass(1000);
  await world.sameTable.beforeWrite(never);
  t.equal(world.asked(), 2);
});

t.test('where every answer is late, two that agree are enough', async (t) => {
  const world = found(async () => {
    await world.clock.sleep(5500);
    return { Table: TABLE };
  });
  world.clock.pass(1000);
  await world.sameTable.beforeWrite(never);
  t.equal(world.asked(), 2);
});

for (const [why, before, now, isSame] of [
  ['the same id', TABLE, TABLE, true],
  ['another id', TABLE, { ...TABLE, TableId: 'other' }, false],
  [
    'an engine that tells the present time (ScyllaDB): its id decides',
    { ...TABLE, CreationDateTime: new Date(0) },
    { ...TABLE, CreationDateTime: new Date(5000) },
    true,
  ],
  [
    'an engine without ids (DynamoDB Local): the time of creation decides',
    { TableArn: 'arn', CreationDateTime: new Date(0) },
    { TableArn: 'arn', CreationDateTime: new Date(5000) },
    false,
  ],
  ['an engine without either is taken at its word', { TableName: 'Orders' }, { TableName: 'Orders' }, true],
] as const)
  t.test(why, async (t) => {
    const { sameTable, clock } = found(() => ({ Table: now }), before);
    clock.pass(1000);
    const asking = sameTable.beforeWrite(never);
    if (isSame) await asking;
    else await t.rejects(asking, { state: 'GuardRefused', message: /created again/ });
    t.equal(sameTable.refusal(now) === undefined, isSame);
  });

t.test('who is stopped does not wait for the answer', async (t) => {
  const { sameTable, clock } = found(() => new Promise(() => {}));
  clock.pass(1000);
  const stop = new AbortController();
  const asking = sameTable.beforeWrite(stop.signal);
  stop.abort();
  await asking;
  await sameTable.beforeWrite(stop.signal);
  t.pass();
});

t.test('what it cannot tell at the end is no success, and another attempt may tell', async (t) => {
  for (const [why, answer] of [
    ['denied', () => sdkError('AccessDeniedException', 400)],
    ['throttled', () => throttled()],
    ['refused', () => sdkError('ValidationException', 400)],
  ] as const) {
    const { sameTable } = found(answer);
    await t.rejects(
      sameTable.confirm('nothing left'),
      {
        state: 'Incomplete',
        message: /^nothing left; whether this is still the same table could not be told: /,
      },
      why,
    );
  }
});

t.test('a denied look is not the denial of a write', async (t) => {
  let isDenied = true;
  const { sameTable, clock, context } = found(() =>
    isDenied ? sdkError('AccessDeniedException', 400) : { Table: TABLE },
  );
  clock.pass(1000);
  const asking = sameTable.beforeWrite(never);
  await clock.sleep(30_000);
  isDenied = false;
  await asking;
  clock.pass(45_000);
  t.equal(context.retryPolicy.judge(sdkError('AccessDeniedException', 400)), 'denied', 'its minute begins now');
});
