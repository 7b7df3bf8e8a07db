/** Ranges that are open at once without any evidence of how many physical partitions there are. */
const AT_FIRST = 16;
/** As many requests at once as the client's sockets allow, and pages that memory allows. */
const AT_MOST = 64;
/** From this ratio of physical partitions to ranges on, there may be partitions that no range reaches. */
const USED_SHARE = 0.6;
const GROWTH = 1.5;
/** What a range must contain, in shares of what each of the evident partitions has left, to be cut once there are many. */
const SHARE_OF_PARTITION = 0.8;

/**
 * How many ranges there should be. If ranges outnumber the physical partitions, several meet in one and are refused there; if there
 * are fewer, some partitions sit idle. So their number grows only when what is delivered proves that they write to many partitions.
 */
export class RangeCount {
  #most = AT_FIRST;

  /** The maximum number of open ranges. @param partitions - physical partitions that are evidently written to */
  most(partitions: number): number {
    while (this.#most < AT_MOST && partitions >= USED_SHARE * this.#most)
      this.#most = Math.min(AT_MOST, this.#most * GROWTH);
    return this.#most;
  }

  /**
   * What a range must still contain for a split to pay: beyond those at first, a new one must be likely to reach a partition that
   * no other range has reached.
   * @param least - what any range must contain
   * @param open - the number of open ranges
   * @param left - what all of them contain, in the same unit
   */
  static worthwhile(
    least: number,
    { open, left, partitions }: { open: number; left: number; partitions: number },
  ): number {
    return open < AT_FIRST ? least : Math.max(least, (SHARE_OF_PARTITION * left) / partitions);
  }
}
