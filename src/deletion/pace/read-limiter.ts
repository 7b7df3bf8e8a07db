import { onAbort } from '../../dynamodb/on-abort.js';
import type { Clock } from '../runtime.js';
import { Alarm } from './alarm.js';
import { Cap, type Charge } from './cap.js';

interface Waiting {
  readonly units: number;
  readonly admit: (charge: Charge) => void;
}

/** What became of a read, in read units. */
export type ReadResult = { readonly consumed: number } | { readonly unknown: true };

/** Lets reads pass as the cap on read units allows, in the order in which they came: the verbs are those of the write limiter. */
export class ReadLimiter {
  readonly #clock: Clock;
  readonly #cap: Cap;
  readonly #alarm: Alarm;
  #waiting: Waiting[] = [];

  /** @param cap - read units per second; undefined: no cap */
  constructor(clock: Clock, cap?: number) {
    this.#clock = clock;
    this.#cap = new Cap(cap, clock.now());
    this.#alarm = new Alarm(clock, () => this.#pump());
  }

  /** Another cap from now on, in read units per second; undefined: none. */
  setCap(unitsPerSecond: number | undefined): void {
    this.#cap.change(unitsPerSecond, this.#clock.now());
    this.#pump();
  }

  /** Read units per second; undefined: no cap. */
  get cap(): number | undefined {
    return this.#cap.unitsPerSecond;
  }

  /** The most read units that one request should take; Infinity where there is no cap. */
  preferredUnits(): number {
    return this.#cap.preferredUnits;
  }

  /** Waits until that many units may be read, but not after the signal. Each charge must come back by `done`. */
  admit(units: number, signal: AbortSignal): Promise<Charge> {
    if (signal.aborted) return Promise.resolve(this.#cap.charge(units, this.#clock.now()));
    return new Promise((resolve) => {
      const waiting: Waiting = {
        units,
        admit: (charge) => {
          takeBack();
          resolve(charge);
        },
      };
      const waitNoLonger = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        this.#admit(waiting);
        this.#pump();
      };
      const takeBack = onAbort(signal, waitNoLonger);
      this.#waiting.push(waiting);
      this.#pump();
    });
  }

  /** What became of the read; one that was refused, or not sent after all, consumed nothing. */
  done(charge: Charge, result: ReadResult): void {
    const now = this.#clock.now();
    if ('unknown' in result) this.#cap.unknown(charge, now);
    else this.#cap.settle(charge, result.consumed, now);
    this.#pump();
  }

  #pump(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const wait = this.#cap.wait(first.units, this.#clock.now());
      // Where only an answer makes room, the next answer is what to wait for.
      if (wait > 0) return wait === Infinity ? undefined : this.#alarm.setIn(wait);
      this.#waiting.shift();
      this.#admit(first);
    }
    this.#alarm.cancel();
  }

  #admit({ units, admit }: Waiting): void {
    admit(this.#cap.charge(units, this.#clock.now()));
  }
}
