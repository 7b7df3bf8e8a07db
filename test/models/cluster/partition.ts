/** The last two come before the table: who has not reached it yet does not. */
export type TableFault = 'TableNotFound' | 'AccessDenied' | 'Throttled' | 'Crash' | 'Unreachable' | 'NoCredentials';

/** A model of the table: partitions of items, each only a number, and who deleted them. */
export class Table {
  /** Changes when the table is deleted and re-created. */
  tableId = 'table-1';
  fault: TableFault | undefined;
  #partitions = new Map<string, Set<number>>();
  #items = 0;

  add(partition: string, count: number): void {
    const items = this.items(partition);
    for (let i = 0; i < count; i++) items.add(this.#items++);
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
