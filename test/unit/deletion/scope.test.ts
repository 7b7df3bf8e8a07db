import t from 'tap';
import { scopeOf } from '../../../src/deletion/scope.js';
import { B, N, S } from '../dynamodb/keys.js';
import { singleItemTarget, sortedTarget } from './scripted.js';

const digest = (text: string): string => `digest(${text})`;

t.test('what a deletion is about, without a value', async (t) => {
  for (const [why, target, expected] of [
    ['a table without a sort key', singleItemTarget(), { range: 'all' }],
    ['the whole partition', sortedTarget(), { range: 'all' }],
    ['a range without anything in it', sortedTarget({ range: { kind: 'nothing' } }), { range: 'nothing' }],
    [
      'a prefix',
      sortedTarget({ range: { kind: 'beginsWith', prefix: S('ORDER#') } }),
      { range: 'beginsWith', digest: 'digest(S:ORDER#)' },
    ],
    [
      'a prefix of bytes',
      sortedTarget({ range: { kind: 'beginsWith', prefix: B(1, 255) } }),
      { range: 'beginsWith', digest: 'digest(B:Af8=)' },
    ],
    [
      'a range of numbers',
      sortedTarget({ range: { kind: 'between', from: N('1'), to: N('2') } }),
      { range: 'between', fromDigest: 'digest(N:1)', toDigest: 'digest(N:2)' },
    ],
  ] as const)
    t.strictSame(scopeOf(target, digest), { sortKeys: expected }, why);
});

t.test('the ARN, where the engine names one', async (t) => {
  t.strictSame(scopeOf(sortedTarget({ tableArn: 'arn' }), digest), { tableArn: 'arn', sortKeys: { range: 'all' } });
});
