import type { IncomingHttpHeaders } from 'node:http';
import { itemSize, type Upstream, type UpstreamAnswer } from './throttling-proxy/index.js';

type Attribute = Record<string, unknown>;
type Item = Record<string, Attribute>;

const PAGE_BYTES = 1024 * 1024;
const PARTITION_KEY = 'pk';
const SORT_KEY = 'sk';

interface Stored {
  sk: Attribute;
  /** Its place in the order: the key in UTF-8. */
  place: Buffer;
  bytes: number;
}

/**
 * One partition with sort keys of type S in memory, for measuring: what a throttled server allows is then the only thing that
 * limits, and not how fast an engine for tests is. It answers what the contenders ask and nothing else.
 */
export class ModelEngine implements Upstream {
  #items: Stored[] = [];
  readonly #gone = new Set<string>();

  /** Replaces the partition's content; keys need not be sorted. */
  fill(keys: readonly string[], bytes: (index: number) => number): void {
    this.#gone.clear();
    this.#items = keys
      .map((S, index) => ({ sk: { S }, place: Buffer.from(S), bytes: bytes(index) }))
      .sort((a, b) => Buffer.compare(a.place, b.place));
  }

  get left(): number {
    return this.#items.length - this.#gone.size;
  }

  /** The item as the proxy is to know it: its key, and a filler of the rest of its bytes. */
  *all(): Generator<Item> {
    for (const { sk, bytes } of this.#items) {
      const key = { [PARTITION_KEY]: { S: 'p' }, [SORT_KEY]: sk };
      yield { ...key, data: { S: 'x'.repeat(Math.max(0, bytes - itemSize(key) - 4)) } };
    }
  }

  send(headers: IncomingHttpHeaders, text: string): Promise<UpstreamAnswer> {
    const operation = String(headers['x-amz-target']).replace(/^.*\./, '');
    const body = JSON.parse(text) as Record<string, never>;
    const answer = this.#answers[operation]?.(body);
    const status = answer === undefined ? 400 : 200;
    return Promise.resolve({
      status,
      headers: {},
      text: JSON.stringify(answer ?? { __type: 'com.amazonaws.dynamodb.v20120810#UnknownOperationException' }),
    });
  }

  close(): void {}

  readonly #answers: Record<string, (body: Record<string, never>) => unknown> = {
    DescribeTable: () => ({
      Table: {
        TableName: 'bench',
        TableStatus: 'ACTIVE',
        TableId: 'bench',
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        KeySchema: [
          { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
          { AttributeName: SORT_KEY, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: PARTITION_KEY, AttributeType: 'S' },
          { AttributeName: SORT_KEY, AttributeType: 'S' },
        ],
      },
    }),
    Scan: () => ({ Items: [...this.all()] }),
    Query: (body) => this.#query(body),
    BatchWriteItem: (body) => this.#batchWrite(body),
  };

  #query(body: Record<string, unknown>): unknown {
    const values = (body.ExpressionAttributeValues ?? {}) as Record<string, Attribute>;
    const [, from, to] = /BETWEEN (\S+) AND (\S+)/.exec(String(body.KeyConditionExpression)) ?? [];
    const start = (body.ExclusiveStartKey as Item | undefined)?.[SORT_KEY];
    const backwards = body.ScanIndexForward === false;
    const limit = Number(body.Limit ?? Infinity);
    const first = from ? this.#indexOf(values[from]!) : 0;
    const end = to ? this.#indexAfter(values[to]!) : this.#items.length;
    const Items: Item[] = [];
    let bytes = 0;
    let last: Attribute | undefined;
    const step = backwards ? -1 : 1;
    let at = backwards ? (start ? this.#indexOf(start) : end) - 1 : start ? this.#indexAfter(start) : first;
    for (; at >= first && at < end; at += step) {
      const { sk, bytes: size } = this.#items[at]!;
      if (this.#gone.has(sk.S as string)) continue;
      Items.push({ [PARTITION_KEY]: { S: 'p' }, [SORT_KEY]: sk, _et: { S: 'Item' } });
      bytes += size;
      last = sk;
      if (Items.length >= limit || bytes >= PAGE_BYTES) break;
      last = undefined;
    }
    const units = Math.max(0.5, Math.ceil(bytes / 4096) * (body.ConsistentRead === true ? 1 : 0.5));
    return {
      Items,
      Count: Items.length,
      ScannedCount: Items.length,
      ...(last ? { LastEvaluatedKey: { [PARTITION_KEY]: { S: 'p' }, [SORT_KEY]: last } } : {}),
      ConsumedCapacity: { TableName: 'bench', CapacityUnits: units, Table: { CapacityUnits: units } },
    };
  }

  #batchWrite(body: Record<string, unknown>): unknown {
    let units = 0;
    for (const requests of Object.values(body.RequestItems as Record<string, { DeleteRequest: { Key: Item } }[]>))
      for (const { DeleteRequest } of requests) {
        const sk = DeleteRequest.Key[SORT_KEY]!;
        const name = sk.S as string;
        const found = this.#items[this.#indexOf(sk)];
        const there = found?.sk.S === name && !this.#gone.has(name);
        units += there ? Math.max(1, Math.ceil(found.bytes / 1024)) : 1;
        if (there) this.#gone.add(name);
      }
    return {
      UnprocessedItems: {},
      ConsumedCapacity: [{ TableName: 'bench', CapacityUnits: units, Table: { CapacityUnits: units } }],
    };
  }

  /** Index of the first item at or after a key. */
  #indexOf(key: Attribute): number {
    const place = placeOf(key);
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(this.#items[middle]!.place, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexAfter(key: Attribute): number {
    const at = this.#indexOf(key);
    return this.#items[at]?.sk.S === key.S ? at + 1 : at;
  }
}

const placeOf = (key: Attribute): Buffer => Buffer.from(key.S as string);
