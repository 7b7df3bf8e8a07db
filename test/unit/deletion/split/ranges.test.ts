import fc from 'fast-check';
import t from 'tap';
import { formatDecimal, parseDecimal } from '../../../../src/dynamodb/decimal.js';
import { keySpace } from '../../../../src/deletion/split/key-space.js';
import type { Range } from '../../../../src/deletion/split/range.js';
import { type Probe, Ranges } from '../../../../src/deletion/split/ranges.js';
import type { SortKeyValue } from '../../../../src/dynamodb/sort-key.js';
import { seeded } from '../../../models/dynamodb/throttling-proxy/index.js';
import { keysOf, type KeyType } from './keys.js';

/** One text for one key: -0 is 0, and 10 is 1E1. */
const text = (key: SortKeyValue): string =>
  'B' in key ? key.B.join() : 'N' in key ? formatDecimal(parseDecimal(key.N)) : JSON.stringify(key.S);

/** A partition in memory that answers as Query does. */
class ModelPartition {
  readonly #compare: (a: SortKeyValue, b: SortKeyValue) => number;
  #keys: SortKeyValue[] = [];

  constructor(type: KeyType, keys: readonly SortKeyValue[]) {
    this.#compare = keySpace(type).compare;
    for (const key of keys) this.put(key);
  }

  get keys(): readonly SortKeyValue[] {
    return this.#keys;
  }

  put(key: SortKeyValue): void {
    if (this.#keys.some((other) => this.#compare(other, key) === 0)) return;
    this.#keys = [...this.#keys, key].sort(this.#compare);
  }

  delete(key: SortKeyValue): void {
    this.#keys = this.#keys.filter((other) => this.#compare(other, key) !== 0);
  }

  query(from: SortKeyValue, to: SortKeyValue, after: SortKeyValue | undefined, limit: number) {
    if (this.#compare(from, to) > 0) throw new Error('BETWEEN with its ends the wrong way round');
    if (after && (this.#compare(after, from) < 0 || this.#compare(after, to) > 0))
      throw new Error('ExclusiveStartKey outside the condition');
    const found = this.#keys.filter(
      (key) =>
        this.#compare(key, from) >= 0 &&
        this.#compare(key, to) <= 0 &&
        (after === undefined || this.#compare(key, after) > 0),
    );
    const page = found.slice(0, limit);
    return { page, lastEvaluated: page.length === limit ? page.at(-1) : undefined };
  }

  readonly probe: Probe = (from, to, direction) => {
    const { page } = this.query(from, to, undefined, Infinity);
    return Promise.resolve(direction === 'forwards' ? page[0] : page.at(-1));
  };
}

/** Reads a page of a range; `during` is what happens between the request and its answer. */
async function read(partition: ModelPartition, range: Range, limit: number, during: () => Promise<void>) {
  const { page, lastEvaluated } = partition.query(range.lowest, range.to, range.after, limit);
  await during();
  return page.slice(0, range.advance(page, lastEvaluated));
}

for (const type of ['S', 'N', 'B'] as const) {
  t.test(`${type}: any splitting at any time, beside any writer: no key skipped, none read twice`, async (t) => {
    let splits = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(keysOf(type), { minLength: 1, maxLength: 60 }),
        fc.array(keysOf(type), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        async (initial, written, limit, most, seed) => {
          const random = seeded(seed);
          const partition = new ModelPartition(type, initial);
          const there = new Set(partition.keys.map(text));
          const touched = new Set<string>();
          const [from, to] = [partition.keys[0]!, partition.keys.at(-1)!];
          const probe: Probe = async (...question) => {
            await write();
            return partition.probe(...question);
          };
          const ranges = new Ranges(
            { from, inclusive: true, to },
            { type, most: () => most, worthwhile: () => 1, probe },
          );
          const visited: string[] = [];
          const pending = [...written];
          const write = async () => {
            const key = random() < 0.5 ? pending.pop() : undefined;
            if (key === undefined) return;
            touched.add(text(key));
            if (random() < 0.5) partition.put(key);
            else partition.delete(key);
          };
          let steps = 0;
          while (ranges.open.length > 0) {
            if (steps++ > 10_000) return false;
            const range = ranges.open[Math.floor(random() * ranges.open.length)]!;
            const split = async () => {
              await write();
              if (random() < 0.7 && (await ranges.split())) splits++;
            };
            const keys = await read(partition, range, limit, split);
            visited.push(...keys.map(text));
            if (ranges.open.length > most) return false;
          }
          const skipped = [...there].filter((key) => !touched.has(key) && !visited.includes(key));
          return skipped.length === 0 && new Set(visited).size === visited.length;
        },
      ),
      { numRuns: 300 },
    );
    t.ok(splits > 100, `${splits} splits`);
  });
}

/** Splits as far as it goes, with all readers going at one pace: the share of the items that the largest part has. */
async function largestShare(type: KeyType, keys: readonly SortKeyValue[], most: number): Promise<number> {
  const space = keySpace(type);
  const sorted = [...keys].sort((a, b) => space.compare(a, b));
  let probes = 0;
  const nearest: Probe = (from, to, direction) => {
    probes++;
    const inside = (key: SortKeyValue) => space.compare(key, from) >= 0 && space.compare(key, to) <= 0;
    return Promise.resolve(direction === 'forwards' ? sorted.find(inside) : sorted.findLast(inside));
  };
  const whole = { from: sorted[0]!, inclusive: true, to: sorted.at(-1)! };
  const ranges = new Ranges(whole, { type, most: () => most, worthwhile: () => 20, probe: nearest });
  const next = new Map<Range, number>();
  const size = 40;
  let rounds = 0;
  // A round is a page of each reader: the rounds that all take tell how well the work was spread.
  while (ranges.open.length > 0) {
    rounds++;
    for (const range of ranges.open) {
      const start =
        next.get(range) ?? sorted.findIndex((key) => space.compare(key, range.lowest) >= (range.after ? 1 : 0));
      const page = sorted.slice(start, start + size).filter((key) => space.compare(key, range.to) <= 0);
      next.set(range, start + page.length);
      range.advance(page, page.length === size ? page.at(-1) : undefined);
    }
    while (await ranges.split()) continue;
  }
  t.ok(probes < rounds * most * 6, `${probes} probes in ${rounds} rounds`);
  return (rounds * size) / sorted.length;
}

t.test('keys of real shapes are spread over the readers', async (t) => {
  const random = seeded(7);
  const number = (n: number) => String(n).padStart(8, '0');
  const count = 5000;
  const each = (make: (i: number) => string) => Array.from({ length: count }, (_, i) => ({ S: make(i) }));
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const shapes: Record<string, { type: KeyType; keys: SortKeyValue[] }> = {
    numbered: { type: 'S', keys: each(number) },
    'ISO dates': { type: 'S', keys: each((i) => new Date(1.6e12 + i * 4_938_271).toISOString()) },
    UUIDs: { type: 'S', keys: each(() => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`) },
    'META, ORDER#, USER#': {
      type: 'S',
      keys: [{ S: 'META' }, ...each((i) => (i % 5 === 0 ? `USER#${number(i)}` : `ORDER#${number(i)}`))],
    },
    'one long prefix': { type: 'S', keys: each((i) => `${'tenant/'.repeat(100)}${i}`) },
    'numbers 1 to n': { type: 'N', keys: each(String).map(({ S }) => ({ N: S })) },
    'numbers by magnitude': {
      type: 'N',
      keys: each((i) => `1.${number(i)}E${(i % 240) - 120}`).map(({ S }) => ({ N: S })),
    },
    'binary counters': {
      type: 'B',
      keys: each(number).map((_, i) => ({ B: Uint8Array.of(i >> 16, i >> 8, i & 255) })),
    },
  };
  for (const [name, { type, keys }] of Object.entries(shapes)) {
    const share = await largestShare(type, keys, 8);
    t.ok(
      share < 0.2,
      `${name}: all is read in the time in which one reads ${Math.round(share * 100)} % (12.5 at best)`,
    );
  }
});

t.test('not worth it, or one reader only: no probe', async (t) => {
  const probe: Probe = () => Promise.reject(new Error('a probe'));
  const whole = { from: { N: '1' }, inclusive: true, to: { N: '1000' } };
  const small = new Ranges(whole, { type: 'N', most: () => 8, worthwhile: () => 100, probe });
  const page = Array.from({ length: 90 }, (_, i) => ({ N: String(i * 10 + 1) }));
  small.open[0]!.advance(page, page.at(-1));
  t.equal(await small.split(), undefined);
  t.equal(await new Ranges(whole, { type: 'N', most: () => 1, worthwhile: () => 1, probe }).split(), undefined);
});

t.test('where no key lies between, a range is left alone until its cursor moves', async (t) => {
  let probes = 0;
  const probe: Probe = (from, to, direction) => {
    probes++;
    return Promise.resolve(direction === 'forwards' ? to : from);
  };
  const ranges = new Ranges(
    { from: { S: 'a' }, inclusive: true, to: { S: 'z' } },
    { type: 'S', most: () => 4, worthwhile: () => 1, probe },
  );
  t.equal(await ranges.split(), undefined);
  t.equal(await ranges.split(), undefined);
  t.equal(probes, 2);
  ranges.open[0]!.advance([{ S: 'b' }], { S: 'b' });
  await ranges.split();
  t.equal(probes, 4);
});

t.test('bounds the wrong way round are an empty range', async (t) => {
  const probe: Probe = () => Promise.resolve(undefined);
  const options = { type: 'S', most: () => 4, worthwhile: () => 1, probe } as const;
  t.strictSame(new Ranges({ from: { S: 'b' }, inclusive: true, to: { S: 'a' } }, options).open, []);
  t.strictSame(new Ranges({ from: { S: 'b' }, inclusive: false, to: { S: 'b' } }, options).open, []);
  t.equal(new Ranges({ from: { S: 'b' }, inclusive: true, to: { S: 'b' } }, options).open.length, 1);
});
