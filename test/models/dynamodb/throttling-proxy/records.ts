/** What one request took or was refused from one bucket. Times in milliseconds of the proxy's clock. */
export interface Entry {
  at: number;
  table: string;
  /** Ordinal of the sort-key range. */
  range: number;
  committed: number;
  refused: number;
}

/** "Used" and "wasted" as the bench defines them. */
export interface Usage {
  /** Write units that were done, and that were refused, over the whole run. */
  committed: number;
  refused: number;
  /** Refused over committed, over the whole run. */
  wasted: number;
  /** Refused over committed, from two seconds after the first write on. */
  wastedSteady: number;
  /** Committed units a second, from two seconds after the first write to one second before the last. */
  unitsPerSecond: number;
  seconds: number;
}

const total = (entries: readonly Entry[], field: 'committed' | 'refused'): number =>
  entries.reduce((sum, entry) => sum + entry[field], 0);

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export function usageOf(entries: readonly Entry[]): Usage {
  const done = entries.filter((entry) => entry.committed > 0);
  const [first, last] = [done[0]?.at ?? 0, done.at(-1)?.at ?? 0];
  const [from, until] = [first + 2000, last - 1000];
  const steady = entries.filter(({ at }) => at >= from);
  const counted = steady.filter(({ at }) => at < until);
  return {
    committed: total(entries, 'committed'),
    refused: total(entries, 'refused'),
    wasted: ratio(total(entries, 'refused'), total(entries, 'committed')),
    wastedSteady: ratio(total(steady, 'refused'), total(steady, 'committed')),
    unitsPerSecond: ratio(total(counted, 'committed'), (until - from) / 1000),
    seconds: (last - first) / 1000,
  };
}

/** The most units committed within any half-open interval of `milliseconds`. */
export function mostWithin(entries: readonly Pick<Entry, 'at' | 'committed'>[], milliseconds: number): number {
  let most = 0;
  let sum = 0;
  let oldest = 0;
  for (const { at, committed } of entries) {
    sum += committed;
    while (entries[oldest]!.at <= at - milliseconds) sum -= entries[oldest++]!.committed;
    most = Math.max(most, sum);
  }
  return most;
}

/** Committed units per slot of that many milliseconds, one row per range: the trace of a run. */
export function traceOf(entries: readonly Entry[], milliseconds: number): number[][] {
  const start = entries[0]?.at ?? 0;
  const rows: (number[] | undefined)[] = [];
  for (const { at, range, committed } of entries) {
    const row = (rows[range] ??= []);
    const slot = Math.floor((at - start) / milliseconds);
    row[slot] = (row[slot] ?? 0) + committed;
  }
  const slots = Math.max(0, ...rows.map((row) => row?.length ?? 0));
  return Array.from(rows, (row) => Array.from({ length: slots }, (_, slot) => row?.[slot] ?? 0));
}
