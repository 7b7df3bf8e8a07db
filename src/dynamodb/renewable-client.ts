import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client, and what closes its connections and those of its credentials. */
export interface Built extends Pick<DynamoDBClient, 'send'> {
  destroy: () => void;
}

interface Generation extends Built {
  inFlight: number;
  /** Whether a request failed with its credentials. */
  failed: boolean;
}

type Send = (client: Pick<DynamoDBClient, 'send'>) => Promise<unknown>;

/** A client that can be replaced by another with new credentials, while its requests are in flight. */
export class RenewableClient {
  readonly #build: () => Built;
  #current: Generation;

  constructor(build: () => Built) {
    this.#build = build;
    this.#current = this.#next();
  }

  /** Sends a request with the client that is current when it begins. */
  async use(send: Send): Promise<unknown> {
    const used = this.#current;
    used.inFlight++;
    try {
      return await send(used);
    } catch (error) {
      used.failed = true;
      throw error;
    } finally {
      used.inFlight--;
      this.#closeIfDone(used);
    }
  }

  /** Replaces the client, unless none of its requests has failed: then others failed with a client that was replaced already. */
  renew(): void {
    if (!this.#current.failed) return;
    const replaced = this.#current;
    this.#current = this.#next();
    this.#closeIfDone(replaced);
  }

  close(): void {
    this.#current.destroy();
  }

  #next(): Generation {
    return { ...this.#build(), inFlight: 0, failed: false };
  }

  /** Requests in flight keep their connections. */
  #closeIfDone(generation: Generation): void {
    if (generation !== this.#current && generation.inFlight === 0) generation.destroy();
  }
}
