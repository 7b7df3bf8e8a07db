import { Failure } from '../api/failure.js';
import type { Progress } from '../api/status.js';

/**
 * How many items a run may still delete. An item is reserved before its delete is sent, so what is in flight counts as deleted.
 * One that is sent again, because it was refused or its answer was lost, is the same item and counts once.
 */
export class ItemBudget {
  readonly #most: number | undefined;
  /** Nothing may be deleted before it is known what earlier attempts have deleted. */
  #left: number;

  /** @param most - over all attempts of the run; undefined: any number */
  constructor(most?: number) {
    this.#most = most;
    this.#left = most === undefined ? Infinity : 0;
  }

  get isLimited(): boolean {
    return this.#most !== undefined;
  }

  /**
   * Begins an attempt.
   * @param before - what earlier attempts of the run have done
   * @throws Failure GuardRefused, if it is not known exactly how many items they deleted
   */
  begin({ itemsDeleted = 0, atLeast = false }: Pick<Progress, 'itemsDeleted' | 'atLeast'>): void {
    if (this.#most === undefined) return;
    if (atLeast)
      throw new Failure(
        'GuardRefused',
        `at most ${this.#most} items may be deleted (maxItems), and an earlier attempt deleted at least ${itemsDeleted} of them, but how many exactly is unknown: nothing more was deleted`,
      );
    this.#left = Math.max(0, this.#most - itemsDeleted);
  }

  /** Reserves one item. @returns false if no more may be deleted */
  reserve(): boolean {
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** Why the next item is not deleted. */
  refusal(): Failure {
    return new Failure(
      'GuardRefused',
      `the target holds more than the ${this.#most} items that may be deleted (maxItems): the run stopped before the next one`,
    );
  }
}
