import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { attributeValue, type Key } from '../../dynamodb/key-value.js';
import { PageCost, type Pending } from '../write/page-cost.js';
import { between, query } from './query.js';
import type { Range } from '../split/range.js';
import { attribute, type SortKeyValue, sortKey } from '../../dynamodb/sort-key.js';
import type { Target } from '../target.js';

export interface RangeReading {
  context: DeletionContext;
  target: Target;
  consistent: boolean;
  /** What one write request of this range should take, and whether a cap is over it. */
  writes: () => { capped: boolean; comfortable: number };
  /** Called when the cursor has moved. */
  onPage: () => void;
}

/** Reads a range page by page, one ahead: the cursor is where reading has come to. */
export class RangeReader {
  readonly #range: Range;
  readonly #reading: RangeReading;
  readonly #partition: AttributeValue;
  #next: Promise<Pending[]> | undefined;

  constructor(range: Range, reading: RangeReading) {
    this.#range = range;
    this.#reading = reading;
    this.#partition = attributeValue(reading.target.partition.value);
  }

  /** The next keys; undefined where there are no more. */
  async take(): Promise<Pending[] | undefined> {
    this.#readAhead();
    if (!this.#next) return undefined;
    const page = await this.#next;
    this.#next = undefined;
    this.#readAhead();
    return page;
  }

  #readAhead(): void {
    if (this.#next || this.#range.ended || this.#reading.context.signal.aborted) return;
    this.#next = this.#read();
    // It may fail before anyone waits for it, or when nobody wants it any more.
    this.#next.catch(() => {});
  }

  async #read(): Promise<Pending[]> {
    const { context, target, consistent, writes, onPage } = this.#reading;
    const range = this.#range;
    const { after } = range;
    const { keys, readUnits, last } = await query(context, target, {
      ...between(target, attribute(range.lowest), attribute(range.to)),
      ...(after ? { ExclusiveStartKey: this.#primaryKey(after) } : {}),
      ConsistentRead: consistent,
      Limit: context.pageSize.forDeleting(context.readLimiter, consistent, writes()),
    });
    const name = target.sort!.name;
    const sortKeys = keys.map((key) => sortKey(key[name]!));
    const mine = range.advance(sortKeys, last && sortKey(last[name]!));
    context.counters.itemsFound += mine;
    const cost = new PageCost(keys.length, readUnits, consistent, target.localIndexes + target.globalIndexes);
    onPage();
    context.onProgress();
    // The one partition value for all: thousands of keys wait, and each came with a copy of up to 2048 bytes.
    return sortKeys.slice(0, mine).map((key) => ({ key: this.#primaryKey(key), cost }));
  }

  #primaryKey(sort: SortKeyValue): Key {
    return {
      [this.#reading.target.partition.name]: this.#partition,
      [this.#reading.target.sort!.name]: attribute(sort),
    };
  }
}
