import type { Mode } from '../api/states.js';
import {
  compareKeyValues,
  type Key,
  type KeyType,
  type KeyValue,
  keyValue,
  parseKeyValue,
} from '../dynamodb/key-value.js';
import { Failure } from '../api/failure.js';

/** What is to be deleted or counted, as it was asked for: keys as text, their types still unknown. */
export interface AskedTarget {
  /** Name or ARN. */
  tableName: string;
  partitionValue: string;
  sortKey?: { beginsWith: string } | { from: string; to: string } | undefined;
  requirePointInTimeRecovery?: boolean | undefined;
  mode: Mode;
}

interface KeyAttribute {
  name: string;
  type: KeyType;
}

/** Which sort keys belong to the target. `to` is exclusive; `nothing` is a range that can hold none. */
export type SortRange =
  | { kind: 'all' }
  | { kind: 'nothing' }
  | { kind: 'beginsWith'; prefix: KeyValue }
  | { kind: 'between'; from: KeyValue; to: KeyValue };

/** What is to be deleted or counted, with the table's types. */
export interface Target {
  tableName: string;
  tableId: string;
  partition: KeyAttribute & { value: KeyValue };
  sort?: KeyAttribute | undefined;
  range: SortRange;
  /** Local secondary indexes: each may add to what a delete costs. */
  localIndexes: number;
  /** Global secondary indexes: what they take counts against a cap. */
  globalIndexes: number;
  /** Provisioned write units a second, or the most that an on-demand table may take; undefined: no limit is set. */
  writeLimit: number | undefined;
}

/**
 * The sort keys that were asked for, in the table's type.
 * @throws Failure InvalidTarget
 */
export function sortRange(asked: AskedTarget['sortKey'], sort: KeyAttribute | undefined): SortRange {
  if (!asked) return { kind: 'all' };
  if (!sort) throw new Failure('InvalidTarget', 'a restriction by sort key was given, and the table has no sort key');
  if ('beginsWith' in asked) {
    if (sort.type === 'N')
      throw new Failure('InvalidTarget', 'the sort key is a number (type N): it takes from and to, not beginsWith');
    return { kind: 'beginsWith', prefix: parseKeyValue(asked.beginsWith, sort.type, 'sort key') };
  }
  const [from, to] = [asked.from, asked.to].map((text) => parseKeyValue(text, sort.type, 'sort key')) as [
    KeyValue,
    KeyValue,
  ];
  const order = compareKeyValues(from, to);
  if (order > 0) throw new Failure('InvalidTarget', 'sortKey.to comes before sortKey.from');
  return order === 0 ? { kind: 'nothing' } : { kind: 'between', from, to };
}

/** Whether a key that a Query returned belongs to the target: its conditions are inclusive, ours ends before `to`. */
export function isInTarget({ sort, range }: Target, key: Key): boolean {
  if (range.kind !== 'between' || !sort) return true;
  const value = keyValue(key[sort.name]);
  return value === undefined || compareKeyValues(value, range.to) !== 0;
}
