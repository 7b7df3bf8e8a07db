import t from 'tap';
import { countTarget } from '../../../../src/deletion/verify/count.js';
import { consumed, lastKey, page, scripted, sortedTarget } from '../scripted.js';

t.test('counts, and bounds on what the deletion would consume', async (t) => {
  for (const [reason, answers, localIndexes, found, expected] of [
    ['one page', [page(['a', 'b'], consumed(1))], 0, 2, { min: 5, max: 10 }],
    [
      'pages add up',
      [page(['a'], { ...lastKey('a'), ...consumed(0.5) }), page(['b'], consumed(0.5))],
      0,
      2,
      { min: 2, max: 10 },
    ],
    ['a local index', [page(['a'], consumed(0.5))], 1, 1, { min: 1, max: 10 }],
    [
      'without capacity on one page nothing is known of the whole',
      [page(['a'], lastKey('a')), page(['b'], consumed(0.5))],
      0,
      2,
      undefined,
    ],
  ] as const) {
    let told = 0;
    const { context, sent } = scripted({ Query: (_, earlier) => answers[earlier]! }, { onProgress: () => told++ });
    t.same(await countTarget(context, sortedTarget({ localIndexes })), expected, reason);
    t.equal(context.counters.itemsFound, found, reason);
    t.equal(told, answers.length, 'every page is told of');
    t.ok(sent.every(({ operation, input }) => operation === 'Query' && input.ConsistentRead === false));
  }
});

t.test('nothing found is not believed before a consistent read has said so too', async (t) => {
  for (const [reason, second, found, expected] of [
    ['empty', page([], consumed(1)), 0, { min: 0, max: 0 }],
    ['written a moment ago', page(['a', 'b'], consumed(1)), 2, { min: 2, max: 6 }],
    ['empty, without capacity', page([]), 0, undefined],
  ] as const) {
    const { context, sent } = scripted({ Query: (_, earlier) => [page([], consumed(0.5)), second][earlier]! });
    t.same(await countTarget(context, sortedTarget()), expected, reason);
    t.equal(context.counters.itemsFound, found, reason);
    t.same(
      sent.map(({ input }) => input.ConsistentRead),
      [false, true],
      reason,
    );
  }
});
