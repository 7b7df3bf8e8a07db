export interface Measured {
  median: number;
  /** Between these two the true median lies, with the given confidence. */
  low: number;
  high: number;
  confidence: number;
  rounds: number;
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

/** How probable it is that the true median lies between the values of rank `rank` from either end, the first being 1. */
function confidenceOf(n: number, rank: number): number {
  let outside = 0;
  for (let k = 0; k < rank; k++) outside += choose(n, k) / 2 ** n;
  return 1 - 2 * outside;
}

/** The median of some rounds with its interval, from the ranks: of how the values are spread nothing is supposed. */
export function measured(values: readonly number[]): Measured {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const middle = n >> 1;
  const median = n % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  let rank = 1;
  while (rank + 1 <= middle && confidenceOf(n, rank + 1) >= 0.95) rank++;
  return { median, low: sorted[rank - 1]!, high: sorted[n - rank]!, confidence: confidenceOf(n, rank), rounds: n };
}
