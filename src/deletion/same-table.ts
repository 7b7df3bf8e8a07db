import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { Failure, Interruption } from '../api/failure.js';
import { onAbort } from '../dynamodb/on-abort.js';
import { nameOf } from '../dynamodb/errors.js';
import { type RetryPolicy, type Sending, sendUntilDone } from './retry/retry-policy.js';

/**
 * After this time without an answer, in milliseconds, the table is asked for before the next write. DynamoDB takes longer than that
 * to delete a table and to make another.
 */
const SILENCE_MS = 1_000;
/** An answer is as old as its request: one that took longer than this, in milliseconds, is asked for again, but only once. */
const OLD_MS = 5_000;
const MOST_LOOKS = 2;

interface Options extends Pick<Sending, 'clock' | 'signal'> {
  client: { send: (command: DescribeTableCommand) => Promise<{ Table?: TableDescription | undefined }> };
  tableName: string;
  /** A policy of its own for each look: that a table may be described says nothing about a write that was denied, nor the reverse. */
  newPolicy: () => RetryPolicy;
}

/** The id of a table, which the status records. Engines without ids (DynamoDB Local) are taken at the table's name. */
export function tableIdOf({ TableId, TableArn, TableName }: TableDescription, asked: string): string {
  return TableId ?? TableArn ?? TableName ?? asked;
}

/** What tells a table from another one of its name. Where it has an id, its time says nothing: ScyllaDB answers with the present one. */
const originOf = (table: TableDescription, asked: string): string =>
  table.TableId ?? `${tableIdOf(table, asked)} of ${table.CreationDateTime?.getTime()}`;

/**
 * Knows whether the table is still the one that was found. One that is deleted and created again has the same name, and its items
 * are not what was to be deleted. While it is away, every request fails, so only a silence can hide that.
 */
export class SameTable {
  readonly #options: Options;
  #expected: string | undefined;
  #answeredAt = -Infinity;
  /** Whether there was a silence since the table was last asked for. */
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

  get #isInDoubt(): boolean {
    return this.#expected !== undefined && (this.#wasSilent || this.#isSilent);
  }

  get #isSilent(): boolean {
    return this.#options.clock.now() - this.#answeredAt >= SILENCE_MS;
  }

  /**
   * To be awaited right before a write: asks if nothing has been heard of the table for a while.
   * @param signal - aborts when the write is not wanted any more: then nothing is waited for
   * @throws Failure GuardRefused if it is another one, or what the retry policy throws; Interruption
   */
  async beforeWrite(signal: AbortSignal): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS && this.#isInDoubt && !signal.aborted; looks++) {
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
      await unlessAborted(this.#asking, signal);
    }
  }

  /**
   * Asks for the table, to be able to say of it what was found.
   * @param found - what that is, for the message where it cannot be said
   * @throws Failure GuardRefused if it is another one, Incomplete if that cannot be told; Interruption
   */
  async confirm(found: string): Promise<void> {
    try {
      await this.#ask();
    } catch (error) {
      if (error instanceof Interruption || (error instanceof Failure && error.state === 'GuardRefused')) throw error;
      const why = error instanceof Failure ? error.message : nameOf(error);
      throw new Failure('Incomplete', `${found}; whether this is still the same table could not be told: ${why}`);
    }
  }

  async #ask(): Promise<void> {
    const { client, clock, signal, tableName, newPolicy } = this.#options;
    let askedAt = clock.now();
    const { Table } = await sendUntilDone({ clock, signal, retryPolicy: newPolicy() }, () => {
      askedAt = clock.now();
      return client.send(new DescribeTableCommand({ TableName: tableName }));
    });
    const refusal = Table && this.refusal(Table);
    if (refusal) throw refusal;
    this.#wasSilent = clock.now() - askedAt >= OLD_MS;
    this.#answeredAt = clock.now();
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

/** Settles with the work, or resolves when the signal aborts. What becomes of the work then interests nobody. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => {});
  let takeBack = (): void => {};
  const aborted = new Promise<void>((resolve) => (takeBack = onAbort(signal, resolve)));
  await Promise.race([work, aborted]).finally(takeBack);
}
