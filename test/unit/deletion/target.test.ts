import t from 'tap';
import {
  type AskedTarget,
  itemKeyName,
  primaryKey,
  type SortRange,
  sortRange,
  withoutExclusiveEnd,
} from '../../../src/deletion/target.js';
import { B, N, S } from '../dynamodb/keys.js';
import { singleItemTarget, sortedTarget } from './scripted.js';

const sort = (type: 'S' | 'N' | 'B') => ({ name: 'sk', type });

t.test('the requested sort keys, in the type of the table', async (t) => {
  const cases: readonly [string, AskedTarget['sortKey'], 'S' | 'N' | 'B' | undefined, SortRange][] = [
    ['no restriction', undefined, 'S', { kind: 'all' }],
    ['no restriction, no sort key', undefined, undefined, { kind: 'all' }],
    ['a prefix', { beginsWith: 'ORDER#' }, 'S', { kind: 'beginsWith', prefix: S('ORDER#') }],
    ['a prefix of bytes', { beginsWith: 'Af8=' }, 'B', { kind: 'beginsWith', prefix: B(1, 255) }],
    ['a range', { from: 'a', to: 'b' }, 'S', { kind: 'between', from: S('a'), to: S('b') }],
    ['a range of numbers', { from: '9', to: '10' }, 'N', { kind: 'between', from: N('9'), to: N('10') }],
    ['a range that is empty', { from: 'a', to: 'a' }, 'S', { kind: 'nothing' }],
    ['the same, written otherwise', { from: '1', to: '1.0' }, 'N', { kind: 'nothing' }],
  ];
  for (const [reason, asked, type, expected] of cases) t.same(sortRange(asked, type && sort(type)), expected, reason);
});

t.test('what cannot be is InvalidTarget, and the message does not hold a key', async (t) => {
  for (const [reason, asked, type, message] of [
    ['a table without a sort key', { beginsWith: 'secret' }, undefined, /no sort key/],
    ['a prefix of a number', { beginsWith: '1' }, 'N', /type N/],
    ['from after to', { from: 'secret2', to: 'secret1' }, 'S', /comes before/],
    ['from after to as numbers', { from: '10', to: '9' }, 'N', /comes before/],
    ['not of the type', { from: 'secret', to: '1' }, 'N', /not a number/],
    ['too long', { from: 'a', to: `secret${'x'.repeat(1024)}` }, 'S', /1030 bytes/],
  ] as const) {
    const read = () => sortRange(asked, type && sort(type));
    t.throws(read, { state: 'InvalidTarget', message }, reason);
    t.throws(read, { message: /^(?!.*secret)/ }, reason);
  }
});

t.test('the key of one item', async (t) => {
  t.equal(itemKeyName(sortedTarget()), 'sk');
  t.equal(itemKeyName(singleItemTarget()), 'pk');
  t.same(primaryKey(sortedTarget(), N('7')), { pk: { S: 'p' }, sk: { N: '7' } });
  t.same(primaryKey(singleItemTarget(), S('p')), { pk: { S: 'p' } });
});

t.test('a page without the item at the exclusive end', async (t) => {
  const between = sortedTarget({ range: { kind: 'between', from: S('a'), to: S('c') } });
  for (const [reason, target, keys, direction, expected] of [
    ['ascending: it is the last', between, ['a', 'b', 'c'], 'ascending', ['a', 'b']],
    ['descending: it is the first', between, ['c', 'b'], 'descending', ['b']],
    ['the page ends before it', between, ['a', 'b'], 'ascending', ['a', 'b']],
    ['the page begins before it', between, ['b', 'a'], 'descending', ['b', 'a']],
    ['nothing else was there', between, ['c'], 'ascending', []],
    ['an empty page', between, [], 'ascending', []],
    ['an empty page, descending', between, [], 'descending', []],
    ['no range', sortedTarget(), ['a', 'c'], 'ascending', ['a', 'c']],
    ['no sort key', singleItemTarget(), ['p'], 'ascending', ['p']],
  ] as const)
    t.same(withoutExclusiveEnd(target, keys.map(S), direction), expected.map(S), reason);
  const numbers = sortedTarget({ range: { kind: 'between', from: N('1'), to: N('10') } });
  t.same(withoutExclusiveEnd(numbers, [N('9'), N('10.0')], 'ascending'), [N('9')], 'numbers by value');
});
