import t from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import { RangeReader, type RangeReading } from '../../../../src/deletion/read/range-reader.js';
import { Range } from '../../../../src/deletion/split/range.js';
import { S } from '../../dynamodb/keys.js';
import { consumed, lastKey, page, scripted, sdkError, sortedTarget } from '../scripted.js';

type World = ReturnType<typeof scripted>;

function reading({ context }: World, parts: Partial<RangeReading> = {}) {
  let pagesRead = 0;
  const range = new Range({ from: S('a'), inclusive: true, to: S('m') });
  const reader = new RangeReader(range, {
    context,
    target: sortedTarget(),
    consistent: false,
    writes: () => ({ capped: false, comfortable: 100, ranges: 1 }),
    onPage: () => pagesRead++,
    ...parts,
  });
  return { range, reader, pagesRead: () => pagesRead };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('page by page, one ahead', async (t) => {
  const answers = [page(['a', 'b'], { ...lastKey('b'), ...consumed(1) }), page(['c'], lastKey('c')), page([])];
  const world = scripted({ Query: (_, earlier) => answers[earlier]! });
  const { reader, range, pagesRead } = reading(world);
  t.equal(world.sent.length, 0, 'nothing is read before it is wanted');
  const first = await reader.take();
  t.same(
    first?.map(({ key }) => key),
    [S('a'), S('b')],
  );
  t.equal(first?.[0]?.cost, first?.[1]?.cost, 'the keys of one page share its cost');
  t.equal(first?.[0]?.cost.mean, 4.5, '8 KB for two items');
  await turn();
  t.equal(world.sent.length, 2, 'the next page is on its way');
  t.same(
    (await reader.take())?.map(({ key }) => key),
    [S('c')],
  );
  t.same(await reader.take(), [], 'an empty page is a page');
  t.equal(await reader.take(), undefined);
  t.ok(range.ended);
  t.equal(pagesRead(), 3);
  t.equal(world.context.counters.itemsFound, 3);
  t.match(
    world.sent.map(({ input }) => [input.ExpressionAttributeValues, input.ExclusiveStartKey]),
    [
      [{ ':from': { S: 'a' }, ':to': { S: 'm' } }, undefined],
      [{ ':from': { S: 'b' }, ':to': { S: 'm' } }, { sk: { S: 'b' } }],
      [{ ':from': { S: 'c' }, ':to': { S: 'm' } }, { sk: { S: 'c' } }],
    ],
  );
});

t.test('the cost of a page has the indexes of the table', async (t) => {
  const world = scripted({ Query: () => page(['a', 'b'], consumed(1)) });
  const target = { ...sortedTarget(), localIndexes: 1, globalIndexes: 2 };
  const [first] = (await reading(world, { target }).reader.take())!;
  t.equal(first?.cost.mean, 9, '4.5 in the table, and as much in the local index');
  t.equal(first?.cost.atMost(2), 4 * 10, '10 at most in the table, and in each index');
});

t.test('keys that a split took away while they were read are left to the other range', async (t) => {
  const world = scripted({ Query: () => (made.range.splitAt(S('b')), page(['a', 'b', 'c', 'd'])) });
  const made = reading(world);
  t.same(
    (await made.reader.take())?.map(({ key }) => key),
    [S('a'), S('b')],
  );
  t.equal(world.context.counters.itemsFound, 2);
});

t.test('under a cap on writes, no more than one request consumes comfortably', async (t) => {
  const world = scripted({ Query: () => page([]) });
  world.context.pageSize.learn(1, 1, false);
  await reading(world, { writes: () => ({ capped: true, comfortable: 20, ranges: 1 }) }).reader.take();
  t.equal(world.sent[0]?.input.Limit, 2, 'two items of 8 KB');
});

t.test('a drain reads nothing more', async (t) => {
  const stop = new AbortController();
  const world = scripted({ Query: () => page([]) }, { signal: stop.signal });
  stop.abort(new Interruption(143, 'stop'));
  t.equal(await reading(world).reader.take(), undefined);
  t.equal(world.sent.length, 0);
});

t.test('a page ahead that fails is a failure once it is wanted', async (t) => {
  const world = scripted({
    Query: (_, earlier) => (earlier === 0 ? page(['a'], lastKey('a')) : sdkError('ValidationException', 400)),
  });
  const { reader } = reading(world);
  await reader.take();
  await turn();
  await t.rejects(reader.take(), { name: 'ValidationException' });
});
