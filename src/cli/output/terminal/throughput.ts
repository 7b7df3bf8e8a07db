import type { Progress } from '../../../api/status.js';

/** The window over which a rate is measured, in milliseconds: long enough to be steady, short enough to show throttling. */
const WINDOW_MS = 5_000;
/** The shortest span from which a rate is computed, in milliseconds. */
const MIN_SPAN_MS = 400;
/** How long `throttled` stays on screen after the last throttled request, in milliseconds, once requests succeed again. */
const THROTTLED_MS = 2_000;

/** Rates per second; undefined while too little is known. */
export interface Rates {
  found: number | undefined;
  deleted: number | undefined;
  writeUnits: number | undefined;
}

interface Sample {
  at: number;
  found: number;
  deleted: number;
  writeUnits: number;
}

/** Converts sampled counts into rates. The caller supplies the time, in milliseconds on a monotonic clock. */
export class Meter {
  readonly #samples: Sample[] = [];
  #throttled = 0;
  #throttledAt = -Infinity;
  /** A request was refused, and nothing has succeeded since. */
  #onlyRefused = false;

  sample(now: number, { itemsFound = 0, itemsDeleted = 0, writeUnits = 0 }: Progress, throttled: number): void {
    const last = this.#samples.at(-1);
    if (last?.found !== itemsFound || last.deleted !== itemsDeleted || last.writeUnits !== writeUnits)
      this.#onlyRefused = false;
    else if (throttled > this.#throttled) this.#onlyRefused = true;
    if (throttled > this.#throttled) this.#throttledAt = now;
    this.#throttled = throttled;
    this.#samples.push({ at: now, found: itemsFound, deleted: itemsDeleted, writeUnits });
    // The last sample from before the window is kept, so that the span does not become shorter than the window.
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= WINDOW_MS) this.#samples.shift();
  }

  rates(): Rates {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const span = first && last ? last.at - first.at : 0;
    const of = (field: 'found' | 'deleted' | 'writeUnits'): number | undefined =>
      first && last && span >= MIN_SPAN_MS ? ((last[field] - first[field]) * 1000) / span : undefined;
    return { found: of('found'), deleted: of('deleted'), writeUnits: of('writeUnits') };
  }

  isThrottled(now: number): boolean {
    return this.#onlyRefused || now - this.#throttledAt < THROTTLED_MS;
  }
}

/** Seconds until `remaining` is done at this rate; undefined if unknown. */
export function secondsLeft(remaining: number, perSecond: number | undefined): number | undefined {
  return perSecond === undefined || perSecond <= 0 ? undefined : Math.max(0, remaining) / perSecond;
}
