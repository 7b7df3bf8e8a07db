import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { Failure } from '../api/failure.js';
import { type Sending, sendUntilDone } from './retry/retry-policy.js';

/**
 * After this time without an answer, in milliseconds, the table is asked for its id before the next write. DynamoDB takes longer
 * than that to delete a table and to make another.
 */
const SILENCE_MS = 1_000;

interface Options extends Sending {
  client: { send: (command: DescribeTableCommand) => Promise<{ Table?: TableDescription | undefined }> };
  tableName: string;
}

/** The id of a table, which the status records. Engines without ids (DynamoDB Local) are taken at the table's name. */
export function tableIdOf({ TableId, TableArn, TableName }: TableDescription, asked: string): string {
  return TableId ?? TableArn ?? TableName ?? asked;
}

/** What tells a table from another one of its name, also where it has no id. */
const originOf = (table: TableDescription, asked: string): string =>
  `${tableIdOf(table, asked)} of ${table.CreationDateTime?.getTime()}`;

/**
 * Knows whether the table is still the one that was found. One that is deleted and created again has the same name, and its items
 * are not what was to be deleted. While it is away, every request fails, so only a silence can hide that.
 */
export class SameTable {
  readonly #options: Options;
  #expected: string | undefined;
  #answeredAt = -Infinity;
  /** Whether there was a silence since the table was last asked for its id. */
  #wasSilent = false;
  #asking: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** From now on, this one is expected. */
  found(table: TableDescription): void {
    this.#expected = originOf(table, this.#options.tableName);
    this.#answeredAt = this.#options.clock.now();
  }

  /** Records that DynamoDB has answered about it. */
  answered(): void {
    if (this.#expected !== undefined) this.#wasSilent ||= this.#isSilent;
    this.#answeredAt = this.#options.clock.now();
  }

  get #isSilent(): boolean {
    return this.#options.clock.now() - this.#answeredAt >= SILENCE_MS;
  }

  /**
   * To be awaited right before a write: asks if nothing has been heard of the table for a while.
   * @throws as `confirm`
   */
  async beforeWrite(): Promise<void> {
    if (this.#expected === undefined || !(this.#wasSilent || this.#isSilent)) return;
    this.#asking ??= this.confirm().finally(() => (this.#asking = undefined));
    await this.#asking;
  }

  /**
   * Asks for the table.
   * @throws Failure GuardRefused if it is another one, or what the retry policy throws; Interruption
   */
  async confirm(): Promise<void> {
    const { client, clock, signal, tableName } = this.#options;
    // That the table may be described says nothing about a write that was denied.
    const retryPolicy = {
      judge: (error: unknown) => this.#options.retryPolicy.judge(error),
      succeeded: () => this.answered(),
    };
    const { Table } = await sendUntilDone({ clock, retryPolicy, signal }, () =>
      client.send(new DescribeTableCommand({ TableName: tableName })),
    );
    const refusal = Table && this.refusal(Table);
    if (refusal) throw refusal;
    this.#wasSilent = false;
  }

  /** Why nothing more may be deleted, if this is another table than the one that was found. */
  refusal(table: TableDescription): Failure | undefined {
    const { tableName } = this.#options;
    if (this.#expected === undefined || originOf(table, tableName) === this.#expected) return undefined;
    return new Failure(
      'GuardRefused',
      'the table was deleted and created again while this ran: it is another one, and what it holds now was not to be deleted',
    );
  }
}
