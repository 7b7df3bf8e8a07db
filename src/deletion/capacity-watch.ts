import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { nameOf } from '../dynamodb/errors.js';
import type { DeletionContext, DeletionOptions } from './context.js';

/** How often to read the table's capacity, in milliseconds: autoscaling and people change it while a deletion runs. */
const PERIOD_MS = 60_000;
/** Up to a fifth earlier or later, so that many workers do not ask at the same moment. */
const JITTER = 0.2;

export interface CapacityWatchOptions {
  context: Pick<DeletionContext, 'client' | 'clock' | 'log'>;
  tableName: string;
  everySecond: NonNullable<DeletionOptions['everySecond']>;
  onTable: (table: TableDescription) => void;
}

/** Asks for the table, and so for its capacity, about every minute, until it is stopped. If a read fails, the last known capacity holds. */
export class CapacityWatch {
  readonly stop: () => void;
  readonly #options: CapacityWatchOptions;
  #nextAt: number;
  #asking = false;
  #stopped = false;
  #warned = false;

  constructor(options: CapacityWatchOptions) {
    this.#options = options;
    this.#nextAt = options.context.clock.now() + PERIOD_MS;
    const stop = options.everySecond(() => void this.#look());
    this.stop = () => {
      this.#stopped = true;
      stop();
    };
  }

  #next(): number {
    const { clock } = this.#options.context;
    return clock.now() + PERIOD_MS * (1 - JITTER + 2 * JITTER * clock.random());
  }

  async #look(): Promise<void> {
    const { context, tableName, onTable } = this.#options;
    if (this.#asking || context.clock.now() < this.#nextAt) return;
    this.#nextAt = this.#next();
    this.#asking = true;
    try {
      const { Table } = await context.client.send(new DescribeTableCommand({ TableName: tableName }));
      if (Table && !this.#stopped) onTable(Table);
    } catch (error) {
      this.#warn(nameOf(error));
    } finally {
      this.#asking = false;
    }
  }

  #warn(why: string): void {
    if (this.#stopped || this.#warned) return;
    this.#warned = true;
    this.#options.context.log.warn({ why }, "the table's capacity cannot be read again; the one that was known holds");
  }
}
