import type { Surroundings } from './credential-chain.js';
import { onAbort } from './on-abort.js';

/**
 * How long one request may take in milliseconds, from the wait for credentials to the last byte of its answer. The SDK's own
 * time-outs end at the headers (aws-sdk-js-v3, issue 8098), and an answer whose body stalls has none. It is shorter than the time for
 * draining, so that what is in flight ends within it.
 */
export const REQUEST_LIMIT_MS = 18_000;

/** Nobody reads it. Without a reason of its own, Node.js would make an error with a stack for each request that is answered. */
const ENDED = 'ended';

/** Why a request was given up: its name is what the table of errors knows. */
class GivenUp extends Error {
  constructor(override readonly name: 'NoAnswerInTime' | 'NotSentInTime' | 'WriteGivenUp' | 'ReadGivenUp' | 'NotSent') {
    super();
  }
}

/** One request on its way. It ends by itself when its time is over, and when the worker is told to stop. */
export class Flight {
  static readonly #all = new WeakMap<object, Flight>();
  readonly #controller = new AbortController();
  readonly #ended = new AbortController();
  #fail: (error: GivenUp) => void = () => {};
  /** From here on, what it asks for may be carried out. */
  #sent = false;
  #writes = false;

  /** The flight that the SDK passes this signal on for. */
  static of(signal: unknown): Flight | undefined {
    return typeof signal === 'object' && signal !== null ? Flight.#all.get(signal) : undefined;
  }

  /** Sends a request, and settles when it has been answered or given up, whichever comes first. */
  static async send<T>(
    send: (signal: AbortSignal) => Promise<T>,
    sleep: Surroundings['sleep'],
    stopping: AbortSignal | undefined,
  ): Promise<T> {
    const flight = new Flight();
    try {
      return await Promise.race([send(flight.#controller.signal), flight.#givenUp(sleep, stopping)]);
    } finally {
      flight.#ended.abort(ENDED);
    }
  }

  private constructor() {
    Flight.#all.set(this.#controller.signal, this);
  }

  /** The request is about to be written to its socket. */
  leaves(writes: boolean): void {
    this.#sent = true;
    this.#writes = writes;
  }

  /** Gives up the write when the signal aborts. */
  follow(signal: AbortSignal): void {
    this.#on(signal, () => this.#end('WriteGivenUp'));
  }

  #givenUp(sleep: Surroundings['sleep'], stopping: AbortSignal | undefined): Promise<never> {
    const ended = this.#ended.signal;
    return new Promise((_, reject) => {
      this.#fail = reject;
      void sleep(REQUEST_LIMIT_MS, ended).then(() => this.#end(this.#sent ? 'NoAnswerInTime' : 'NotSentInTime'));
      if (stopping) this.#on(stopping, () => this.#stop());
    });
  }

  /** A write in flight is left to end: whoever drains wants to know whether it was carried out. */
  #stop(): void {
    if (!this.#sent) this.#end('NotSent');
    else if (!this.#writes) this.#end('ReadGivenUp');
  }

  #end(name: GivenUp['name']): void {
    if (this.#ended.signal.aborted) return;
    this.#fail(new GivenUp(name));
    this.#controller.abort();
  }

  /** It is taken back with the flight: these signals live as long as the process, and Node.js 20's AbortSignal.any would leak. */
  #on(signal: AbortSignal, act: () => void): void {
    if (signal.aborted) return act();
    onAbort(this.#ended.signal, onAbort(signal, act));
  }
}
