import type { HoldTag } from '../api/holds.js';
import type { Mode } from '../api/states.js';
import {
  attributeValue,
  compareKeyValues,
  type Key,
  type KeyType,
  type KeyValue,
  parseKeyValue,
} from '../dynamodb/key-value.js';
import { Failure } from '../api/failure.js';
import type { TableCapacity } from '../dynamodb/table-capacity.js';

/** What to delete or count, as the user wrote it: keys are text, and their types are still unknown. */
export interface AskedTarget {
  /** Name or ARN. */
  tableName: string;
  partitionValue: string;
  sortKey?: { beginsWith: string } | { from: string; to: string } | undefined;
  requirePointInTimeRecovery?: boolean | undefined;
  /** Refuses a table that has this tag. */
  holdTag?: HoldTag | undefined;
  /** How many items may be deleted at most, over all attempts; undefined: any number. */
  maxItems?: number | undefined;
  mode: Mode;
}

export interface KeyAttribute {
  name: string;
  type: KeyType;
}

/** Which sort keys belong to the target. `to` is exclusive; `nothing` is a range that cannot contain any. */
export type SortRange =
  | { kind: 'all' }
  | { kind: 'nothing' }
  | { kind: 'beginsWith'; prefix: KeyValue }
  | { kind: 'between'; from: KeyValue; to: KeyValue };

/** What to delete or count, checked against the table: keys have the table's types. */
export type Target = SingleItemTarget | SortedTarget;

interface TargetInTable {
  tableName: string;
  tableId: string;
  /** Absent if the engine names none. */
  tableArn?: string;
  partition: KeyAttribute & { value: KeyValue };
  /** The number of local secondary indexes. Each may add to what a delete consumes. */
  localIndexes: number;
  /** The number of global secondary indexes. What they consume counts against a cap. */
  globalIndexes: number;
  capacity: TableCapacity;
}

/** In a table without a sort key, a partition contains at most one item. */
export interface SingleItemTarget extends TargetInTable {
  kind: 'single item';
}

/** All of a partition's items or a range of them, in the order of their sort keys. */
export interface SortedTarget extends TargetInTable {
  kind: 'sorted';
  sort: KeyAttribute;
  range: SortRange;
}

/**
 * The requested sort keys, in the table's type.
 * @throws Failure InvalidTarget
 */
export function sortRange(asked: AskedTarget['sortKey'], sort: KeyAttribute | undefined): SortRange {
  if (!asked) return { kind: 'all' };
  if (!sort) throw new Failure('InvalidTarget', 'the target is restricted by sort key, but the table has no sort key');
  const parse = (text: string): KeyValue => parseKeyValue(text, sort.type, 'sort key');
  if ('beginsWith' in asked) {
    if (sort.type === 'N')
      throw new Failure('InvalidTarget', 'the sort key is a number (type N): use from and to instead of beginsWith');
    return { kind: 'beginsWith', prefix: parse(asked.beginsWith) };
  }
  const [from, to] = [parse(asked.from), parse(asked.to)];
  const order = compareKeyValues(from, to);
  if (order > 0) throw new Failure('InvalidTarget', 'sortKey.to comes before sortKey.from');
  return order === 0 ? { kind: 'nothing' } : { kind: 'between', from, to };
}

/** The attribute that distinguishes the target's items: the sort key or, in a table without one, the partition key. */
export const itemKeyName = (target: Target): string =>
  target.kind === 'sorted' ? target.sort.name : target.partition.name;

/** The primary key of one item of the target, in the SDK's form. */
export function primaryKey(target: Target, itemKey: KeyValue): Key {
  const { name, value } = target.partition;
  return { [name]: attributeValue(value), [itemKeyName(target)]: attributeValue(itemKey) };
}

/**
 * A page's keys, without a key at the target's exclusive end: Query's BETWEEN includes both ends. Keys arrive in order, so only
 * the greatest can be at the end.
 */
export function withoutExclusiveEnd(
  target: Target,
  keys: readonly KeyValue[],
  direction: 'ascending' | 'descending',
): readonly KeyValue[] {
  if (target.kind !== 'sorted' || target.range.kind !== 'between') return keys;
  const ascending = direction === 'ascending';
  const greatest = ascending ? keys.at(-1) : keys[0];
  if (greatest === undefined || compareKeyValues(greatest, target.range.to) !== 0) return keys;
  return ascending ? keys.slice(0, -1) : keys.slice(1);
}
