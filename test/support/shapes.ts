import { seeded } from '../models/dynamodb/throttling-proxy/index.js';

const padded = (n: number): string => String(n).padStart(8, '0');

/** Sort keys of realistic shapes: as many as requested, without duplicates. */
export const SHAPES: Record<string, (count: number) => string[]> = {
  numbered: (count) => Array.from({ length: count }, (_, i) => padded(i)),
  'ISO dates': (count) => Array.from({ length: count }, (_, i) => new Date(1.6e12 + i * 3_600_000).toISOString()),
  UUIDs: (count) => {
    const random = seeded(42);
    const hex = (digits: number) =>
      Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
    return Array.from({ length: count }, () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`);
  },
  'META, ORDER#, USER#': (count) => [
    'META',
    ...Array.from({ length: count - 1 }, (_, i) => (i % 5 === 0 ? `USER#${padded(i)}` : `ORDER#${padded(i)}`)),
  ],
};

/** The keys at which that many physical partitions begin, each with the same number of items. */
export function splitsOf(keys: readonly string[], partitions: number): { S: string }[] {
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Array.from({ length: partitions - 1 }, (_, i) => ({
    S: sorted[Math.floor((sorted.length * (i + 1)) / partitions)]!,
  }));
}
