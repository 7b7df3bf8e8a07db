/** Ranges that are open at once without any evidence of how many physical partitions there are, and at least. */
const AT_LEAST = 16;
/** As many requests at once as the client's sockets allow, and pages that memory allows. */
const AT_MOST = 64;
/**
 * Ranges for each physical partition. Ranges move from one partition to the next, each at its own time: with fewer, partitions sit
 * idle in between; with more, several meet in one partition and are refused there.
 */
const PER_PARTITION = 3;
/** The same for large items: a range that shares a partition sends so few of them that it learns of a refusal too late. */
const PER_PARTITION_OF_LARGE = 2;
/** The write units beyond which an item is large: ten a second of them are a quarter of what a partition takes. */
const LARGE_UNITS = 25;
/** Ranges from which a new one must reach another partition for a cut to pay. */
const MANY = 32;
/** What a range must contain, in shares of what each of the evident partitions has left, to be cut once there are many. */
const SHARE_OF_PARTITION = 0.8;

/** What tells how many ranges should be open. */
export interface Spread {
  /** Physical partitions that are evidently written to. */
  partitions: number;
  /** The mean write units of an item. */
  itemUnits: number;
}

/** The maximum number of open ranges: it follows what is delivered, which proves that they write to several partitions. */
export function mostRanges({ partitions, itemUnits }: Spread): number {
  const perPartition = itemUnits > LARGE_UNITS ? PER_PARTITION_OF_LARGE : PER_PARTITION;
  return Math.max(AT_LEAST, Math.min(AT_MOST, Math.floor(perPartition * partitions)));
}

/**
 * What a range must still contain for a split to pay: once there are many, a new one must be likely to reach a partition that no
 * other range has reached.
 * @param least - what any range must contain
 * @param open - the number of open ranges
 * @param left - what all of them contain, in the same unit
 */
export function worthwhile(
  least: number,
  { open, left, partitions }: { open: number; left: number; partitions: number },
): number {
  return open < MANY ? least : Math.max(least, (SHARE_OF_PARTITION * left) / partitions);
}
