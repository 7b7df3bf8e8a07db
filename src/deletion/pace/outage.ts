import { PACING } from './pacing-parameters.js';

const { beganBeforeMs } = PACING.outage;

/** A sample of which some was refused. */
interface Refused {
  /** What was delivered, in write units per second. */
  delivered: number;
  /** Whether so little was done that the server must be down. */
  showsOutage: boolean;
}

/** Tells what a refusal teaches of the last good rate: nothing while the server is down, nor while it goes down. Times are in milliseconds. */
export class Outage {
  #isOn = false;
  /** What was lately learned, in case an outage has begun already: when, and the last good rate before. */
  #lessons: { at: number; before: number | undefined }[] = [];

  get isOn(): boolean {
    return this.#isOn;
  }

  /**
   * @param good - the last good rate in write units per second; undefined: none is known
   * @returns the last good rate from now on
   */
  goodRate(good: number | undefined, { delivered, showsOutage }: Refused, now: number): number | undefined {
    this.#lessons = this.#lessons.filter(({ at }) => now - at < beganBeforeMs);
    if (this.#isOn) return good;
    if (showsOutage) {
      this.#isOn = true;
      const [first] = this.#lessons;
      return first ? first.before : good;
    }
    this.#lessons.push({ at: now, before: good });
    return delivered;
  }

  /** A sample without refusals: it is over. */
  end(): void {
    this.#isOn = false;
  }

  /** A good rate is known that no refusal has taught: an outage does not make it wrong. */
  forgetLessons(): void {
    this.#lessons = [];
  }
}
