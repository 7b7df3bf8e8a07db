/** The last two come before the table: who has not reached it yet does not. */
export type TableFault = 'TableNotFound' | 'AccessDenied' | 'Throttled' | 'Crash' | 'Unreachable' | 'NoCredentials';

/** A model of the table: partitions of items, each only a number, and who deleted them. */
export class Table {
  /** Changes when the table is deleted and re-created. */
  tableId = 'table-1';
  fault: TableFault | undefined;
  #partitions = new Map<string, Set<number>>();
  /** Keys that were deleted, the latest last. */
  #gone = new Map<string, number[]>();
  #items = 0;

  add(partition: string, count: number): void {
    const items = this.items(partition);
    for (let i = 0; i < count; i++) items.add(this.#items++);
  }

  /** Writes items, some of them under keys that were deleted before: a late request would delete such an item. */
  write(partition: string, count: number): void {
    const again = this.#gone.get(partition)?.splice(-Math.ceil(count / 2)) ?? [];
    for (const key of again) this.items(partition).add(key);
    this.add(partition, count - again.length);
  }

  /** @returns how many of these items were there */
  remove(partition: string, keys: readonly number[]): number {
    const items = this.items(partition);
    const there = keys.filter((key) => items.delete(key));
    this.#gone.set(partition, [...(this.#gone.get(partition) ?? []), ...there]);
    return there.length;
  }

  get partitions(): string[] {
    return [...this.#partitions.keys()];
  }

  items(partition: string): Set<number> {
    let items = this.#partitions.get(partition);
    if (!items) this.#partitions.set(partition, (items = new Set()));
    return items;
  }
}
