import type { IncomingHttpHeaders } from 'node:http';
import { type Attribute, type Item, itemSize, writeUnits } from './attributes.js';
import type { Upstream } from './upstream.js';

interface Description {
  Table?: { KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[] };
}
interface Page {
  Items?: Item[];
  LastEvaluatedKey?: Item;
}

/**
 * What the proxy knows about a table: its key, and the write units of each item. An engine reports the cost of a delete only
 * afterwards, but a bucket must know it beforehand.
 */
export class Table {
  readonly #partitionKey: string;
  readonly #sortKey: string | undefined;
  readonly #units = new Map<string, number>();

  private constructor(partitionKey: string, sortKey: string | undefined) {
    this.#partitionKey = partitionKey;
    this.#sortKey = sortKey;
  }

  /** Learns a table from the engine, with the credentials of the request that named it first; undefined: no such table. */
  static async learn(upstream: Upstream, headers: IncomingHttpHeaders, name: string): Promise<Table | undefined> {
    const ask = async (operation: string, body: object): Promise<unknown> => {
      const target = { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` };
      return JSON.parse((await upstream.send(target, JSON.stringify(body))).text) as unknown;
    };
    const { Table: described } = (await ask('DescribeTable', { TableName: name })) as Description;
    if (described === undefined) return undefined;
    const nameOf = (type: string) => described.KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const table = new Table(nameOf('HASH')!, nameOf('RANGE'));
    let page: Page | undefined;
    do {
      const start = page && { ExclusiveStartKey: page.LastEvaluatedKey };
      page = (await ask('Scan', { TableName: name, ConsistentRead: true, ...start })) as Page;
      for (const item of page.Items ?? []) table.put(item);
    } while (page.LastEvaluatedKey);
    return table;
  }

  sortKeyOf(key: Item): Attribute | undefined {
    return this.#sortKey === undefined ? undefined : key[this.#sortKey];
  }

  unitsOf(key: Item): number {
    return this.#units.get(this.#name(key)) ?? 1;
  }

  put(item: Item): void {
    this.#units.set(this.#name(item), writeUnits(itemSize(item)));
  }

  delete(key: Item): void {
    this.#units.delete(this.#name(key));
  }

  #name(key: Item): string {
    const sortKey = this.sortKeyOf(key);
    return JSON.stringify([key[this.#partitionKey], sortKey]);
  }
}
