import fc from 'fast-check';
import t from 'tap';
import { canonicalText as text, compareKeyValues, type KeyValue } from '../../../../src/dynamodb/key-value.js';
import type { Range } from '../../../../src/deletion/split/range.js';
import { type Probe, Ranges } from '../../../../src/deletion/split/ranges.js';
import { seeded } from '../../../models/dynamodb/throttling-proxy/index.js';
import { B, keysOf, N, S } from '../../dynamodb/keys.js';

/** A partition in memory that answers as Query does. */
class ModelPartition {
  #keys: KeyValue[] = [];

  constructor(keys: readonly KeyValue[]) {
    for (const key of keys) this.put(key);
  }

  get keys(): readonly KeyValue[] {
    return this.#keys;
  }

  put(key: KeyValue): void {
    if (this.#keys.some((other) => compareKeyValues(other, key) === 0)) return;
    this.#keys = [...this.#keys, key].sort(compareKeyValues);
  }

  delete(key: KeyValue): void {
    this.#keys = this.#keys.filter((other) => compareKeyValues(other, key) !== 0);
  }

  query(from: KeyValue, to: KeyValue, after: KeyValue | undefined, limit: number) {
    if (compareKeyValues(from, to) > 0) throw new Error('BETWEEN with its ends the wrong way round');
    if (after && (compareKeyValues(after, from) < 0 || compareKeyValues(after, to) > 0))
      throw new Error('ExclusiveStartKey outside the condition');
    const found = this.#keys.filter(
      (key) =>
        compareKeyValues(key, from) >= 0 &&
        compareKeyValues(key, to) <= 0 &&
        (after === undefined || compareKeyValues(key, after) > 0),
    );
    const page = found.slice(0, limit);
    return { page, lastEvaluated: page.length === limit ? page.at(-1) : undefined };
  }

  readonly probe: Probe = (from, to, direction) => {
    const { page } = this.query(from, to, undefined, Infinity);
    return Promise.resolve(direction === 'ascending' ? page[0] : page.at(-1));
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
        fc.array(keysOf(type), { minLength: 1, maxLength: 150 }),
        fc.array(keysOf(type), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 9, max: 64 })),
        fc.nat(),
        async (initial, written, limit, most, seed) => {
          const random = seeded(seed);
          const partition = new ModelPartition(initial);
          const there = new Set(partition.keys.map(text));
          const touched = new Set<string>();
          const [from, to] = [partition.keys[0]!, partition.keys.at(-1)!];
          const probe: Probe = async (...question) => {
            await write();
            return partition.probe(...question);
          };
          const ranges = new Ranges({ from, inclusive: true, to }, { most: () => most, worthwhile: () => 1, probe });
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

/** Splits as far as possible, with all readers at the same pace. @returns the largest part's share of the items */
async function largestShare(keys: readonly KeyValue[], most: number): Promise<number> {
  const sorted = [...keys].sort(compareKeyValues);
  let probes = 0;
  const nearest: Probe = (from, to, direction) => {
    probes++;
    const inside = (key: KeyValue) => compareKeyValues(key, from) >= 0 && compareKeyValues(key, to) <= 0;
    return Promise.resolve(direction === 'ascending' ? sorted.find(inside) : sorted.findLast(inside));
  };
  const whole = { from: sorted[0]!, inclusive: true, to: sorted.at(-1)! };
  const ranges = new Ranges(whole, { most: () => most, worthwhile: () => 20, probe: nearest });
  const next = new Map<Range, number>();
  const size = 40;
  let rounds = 0;
  // In one round, each reader reads a page: the number of rounds shows how well the work was distributed.
  while (ranges.open.length > 0) {
    rounds++;
    for (const range of ranges.open) {
      const start =
        next.get(range) ?? sorted.findIndex((key) => compareKeyValues(key, range.lowest) >= (range.after ? 1 : 0));
      const page = sorted.slice(start, start + size).filter((key) => compareKeyValues(key, range.to) <= 0);
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
  const each = (make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i));
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const shapes: Record<string, KeyValue[]> = {
    numbered: each(number).map(S),
    'ISO dates': each((i) => new Date(1.6e12 + i * 4_938_271).toISOString()).map(S),
    UUIDs: each(() => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`).map(S),
    'META, ORDER#, USER#': ['META', ...each((i) => (i % 5 === 0 ? `USER#${number(i)}` : `ORDER#${number(i)}`))].map(S),
    'one long prefix': each((i) => `${'tenant/'.repeat(100)}${i}`).map(S),
    'numbers 1 to n': each(String).map(N),
    'numbers by magnitude': each((i) => `1.${number(i)}E${(i % 240) - 120}`).map(N),
    'binary counters': each(String).map((_, i) => B(i >> 16, (i >> 8) & 255, i & 255)),
  };
  for (const [name, keys] of Object.entries(shapes)) {
    const share = await largestShare(keys, 8);
    t.ok(
      share < 0.2,
      `${name}: all is read in the time in which one reads ${Math.round(share * 100)} % (12.5 at best)`,
    );
  }
});

t.test('not worth it, or one reader only: no probe', async (t) => {
  const probe: Probe = () => Promise.reject(new Error('a probe'));
  const whole = { from: N('1'), inclusive: true, to: N('1000') };
  const small = new Ranges(whole, { most: () => 8, worthwhile: () => 100, probe });
  const page = Array.from({ length: 90 }, (_, i) => N(String(i * 10 + 1)));
  small.open[0]!.advance(page, page.at(-1));
  t.equal(await small.split(), undefined);
  t.equal(await new Ranges(whole, { most: () => 1, worthwhile: () => 1, probe }).split(), undefined);
});

t.test('where no key lies between, a range is left alone until its cursor moves', async (t) => {
  let probes = 0;
  const probe: Probe = (from, to, direction) => {
    probes++;
    return Promise.resolve(direction === 'ascending' ? to : from);
  };
  const ranges = new Ranges(
    { from: S('a'), inclusive: true, to: S('z') },
    { most: () => 4, worthwhile: () => 1, probe },
  );
  t.equal(await ranges.split(), undefined);
  t.equal(await ranges.split(), undefined);
  t.equal(probes, 2);
  ranges.open[0]!.advance([S('b')], S('b'));
  await ranges.split();
  t.equal(probes, 4);
});

t.test('bounds the wrong way round are an empty range', async (t) => {
  const probe: Probe = () => Promise.resolve(undefined);
  const options = { most: () => 4, worthwhile: () => 1, probe } as const;
  t.strictSame(new Ranges({ from: S('b'), inclusive: true, to: S('a') }, options).open, []);
  t.strictSame(new Ranges({ from: S('b'), inclusive: false, to: S('b') }, options).open, []);
  t.equal(new Ranges({ from: S('b'), inclusive: true, to: S('b') }, options).open.length, 1);
});

t.test('whether a cut pays is asked with the number of open ranges and what all of them contain', async (t) => {
  const asked: [open: number, left: number][] = [];
  const probe: Probe = (from) => Promise.resolve(from);
  const ranges = new Ranges(
    { from: N('1'), inclusive: true, to: N('1000') },
    { most: () => 3, worthwhile: (open, left) => (asked.push([open, left]), 1), probe },
  );
  const page = Array.from({ length: 100 }, (_, i) => N(String(i + 1)));
  ranges.open[0]!.advance(page, page.at(-1));
  await ranges.split();
  await ranges.split();
  t.same(
    asked.map(([open]) => open),
    [1, 2],
  );
  for (const [, left] of asked) t.ok(left > 850 && left < 950, `${left} of 900`);
});

t.test('a range that contains just enough is cut, also while nobody knows how much that is', async (t) => {
  for (const [reason, count, left] of [
    ['before the first page', 0, Infinity],
    ['after it', 100, 900],
  ] as const) {
    const probe: Probe = (from) => Promise.resolve(from);
    const whole = { from: N('1'), inclusive: true, to: N('1000') };
    const ranges = new Ranges(whole, { most: () => 2, worthwhile: (_, all) => all, probe });
    const page = Array.from({ length: count }, (_, i) => N(String(i + 1)));
    if (count > 0) ranges.open[0]!.advance(page, page.at(-1));
    t.equal(Math.round(ranges.open[0]!.remaining), left, reason);
    t.ok(await ranges.split(), reason);
  }
});

t.test('a key is looked for above the middle, then below it', async (t) => {
  const directions: string[] = [];
  const probe: Probe = (_, to, direction) => {
    directions.push(direction);
    return Promise.resolve(direction === 'ascending' ? to : S('c'));
  };
  const ranges = new Ranges(
    { from: S('a'), inclusive: true, to: S('z') },
    { most: () => 2, worthwhile: () => 1, probe },
  );
  t.match(await ranges.split(), { range: { after: S('c') } });
  t.same(directions, ['ascending', 'descending']);
});
