const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 5_000;
/** With more attempts than this, the delay is MAX_DELAY_MS anyway, and the power of two could become infinite. */
const MAX_DOUBLINGS = 20;

/**
 * Milliseconds to wait before a retry: a random time between zero and a delay that doubles with each attempt.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter" ("full jitter").
 */
export function fullJitter(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, MAX_DOUBLINGS));
}
