import t from 'tap';
import { sameJson } from '../../../src/operator/same-json.js';

const rows: readonly [why: string, a: unknown, b: unknown, same: boolean][] = [
  ['the order of fields does not count', { a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }, true],
  ['that of a list does', [1, 2], [2, 1], false],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['one more field', { a: 1 }, { a: 1, b: null }, false],
  ['an undefined field is none', { a: 1, b: undefined }, { a: 1 }, true],
  ['a text is no number', '1', 1, false],
  ['null', null, null, true],
  ['a list that differs after its first item', [1, 2], [1, 3], false],
  ['in either of them', { a: 1 }, { a: 1, b: undefined }, true],
  ['null is no object', null, {}, false],
  ['nor is an object null', {}, null, false],
  ['an empty object is no number', {}, 1, false],
  ['a list is no object with its items', [1], { 0: 1, length: 1 }, false],
  ['nor the other way round', { 0: 1, length: 1 }, [1], false],
  ['an empty list is not an empty object', [], {}, false],
];
for (const [why, a, b, same] of rows) t.equal(sameJson(a, b), same, why);
