import type { Surroundings } from './credential-chain.js';
import { onAbort } from './on-abort.js';

/**
 * How long one request may take in milliseconds, from the wait for credentials to the last byte of its answer. The SDK's own
 * time-outs end at the headers (aws-sdk-js-v3, issue 8098), and an answer whose body stalls has none. It is shorter than the time for
 * draining, so that what is in flight ends within it.
 */
export const REQUEST_LIMIT_MS = 18_000;

/** Why a request was given up: its name is what the table of errors knows. */
class GivenUp extends Error {
  constructor(override readonly name: 'NoAnswerInTime' | 'NotSentInTime' | 'WriteGivenUp' | 'ReadGivenUp' | 'NotSent') {
    super();
  }
}

/**
 * One request on its way. It ends by itself when its time is over, and when the worker is told to stop.
 *
 * It is itself the signal that the SDK is given, in the older of the two forms that the SDK takes: an `AbortSignal` for each request,
 * and another one for its timer, came to a twentieth of the worker's CPU time.
 */
export class Flight {
  /** Whether the request has been given up. */
  aborted = false;
  /** The SDK sets this to learn of it. */
  onabort: (() => void) | null = null;
  #fail: (error: GivenUp) => void = () => {};
  /** From here on, what it asks for may be carried out. */
  #sent = false;
  #writes = false;
  #ended = false;
  /** What takes back all that may still end it. */
  readonly #takeBack: (() => void)[] = [];

  /** The flight that the SDK passes on as a signal. */
  static of(signal: unknown): Flight | undefined {
    return signal instanceof Flight ? signal : undefined;
  }

  /** Sends a request, and settles when it has been answered or given up, whichever comes first. */
  static async send<T>(
    send: (signal: Flight) => Promise<T>,
    after: Surroundings['after'],
    stopping: AbortSignal | undefined,
  ): Promise<T> {
    const flight = new Flight();
    try {
      return await Promise.race([send(flight), flight.#givenUp(after, stopping)]);
    } finally {
      flight.#ended = true;
      flight.#takeBack.forEach((takeBack) => takeBack());
    }
  }

  private constructor() {}

  /** The request is about to be written to its socket. */
  leaves(writes: boolean): void {
    this.#sent = true;
    this.#writes = writes;
  }

  /** Gives up the write when the signal aborts. */
  follow(signal: AbortSignal): void {
    this.#on(signal, () => this.#end('WriteGivenUp'));
  }

  #givenUp(after: Surroundings['after'], stopping: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      this.#fail = reject;
      this.#takeBack.push(after(REQUEST_LIMIT_MS, () => this.#end(this.#sent ? 'NoAnswerInTime' : 'NotSentInTime')));
      if (stopping) this.#on(stopping, () => this.#stop());
    });
  }

  /** A write in flight is left to end: whoever drains wants to know whether it was carried out. */
  #stop(): void {
    if (!this.#sent) this.#end('NotSent');
    else if (!this.#writes) this.#end('ReadGivenUp');
  }

  #end(name: GivenUp['name']): void {
    if (this.#ended || this.aborted) return;
    this.#fail(new GivenUp(name));
    this.aborted = true;
    this.onabort?.();
  }

  /** It is taken back with the flight: these signals live as long as the process. */
  #on(signal: AbortSignal, act: () => void): void {
    if (this.#ended) return;
    if (signal.aborted) return act();
    this.#takeBack.push(onAbort(signal, act));
  }
}
