import t from 'tap';
import { isEmpty } from '../../../../src/deletion/verify/is-empty.js';
import { S } from '../../dynamodb/keys.js';
import { lastKey, page, scripted, singleItemTarget, sortedTarget } from '../scripted.js';

const upToC = sortedTarget({ range: { kind: 'between', from: S('a'), to: S('c') } });

t.test('a proof is a consistent read to the last page', async (t) => {
  for (const [reason, target, answers, expected] of [
    ['no items', sortedTarget(), [page([])], true],
    ['an item', sortedTarget(), [page(['a'])], false],
    ['empty pages are no end', sortedTarget(), [page([], lastKey('a')), page([], lastKey('b')), page([])], true],
    ['an item behind empty pages', sortedTarget(), [page([], lastKey('a')), page(['b'])], false],
    ['only an item at the exclusive end, which is not of the target', upToC, [page(['c'])], true],
    ['a range that cannot hold anything', sortedTarget({ range: { kind: 'nothing' } }), [], true],
    ['no item, without a sort key', singleItemTarget(), [{ Items: [] }], true],
    ['an item, without a sort key', singleItemTarget(), [{ Items: [{ pk: { S: 'p' } }] }], false],
  ] as const) {
    const { context, sent } = scripted({ Query: (_, earlier) => answers[earlier]! });
    t.equal(await isEmpty(context, target), expected, reason);
    t.ok(sent.every(({ input }) => input.ConsistentRead === true));
    t.equal(context.counters.itemsFound, 0, 'a proof counts nothing');
  }
});
