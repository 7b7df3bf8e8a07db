import t, { type Test } from 'tap';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { countByPartition, type Engine, engineAt, type Item, startDynalite } from '../../support/dynamodb.js';
import {
  mostWithin,
  type Rule,
  seeded,
  shuffled,
  type TableLimits,
} from '../../models/dynamodb/throttling-proxy/index.js';
import { pacedWorld } from '../../models/dynamodb/paced-world.js';

/**
 * Random partitions, restrictions, caps, limits and faults. The claims about each run: everything in range is gone, everything
 * else is untouched, the count is exact or marked "at least", and no cap was exceeded. `FUZZ_RUNS` and `FUZZ_SEED` set the number
 * of runs and the first seed.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 12);
const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1);

/** dynalite checks bounds in UTF-16 order, in which U+FFEE sorts after the emoji; DynamoDB uses UTF-8 order. */
const LOCAL = process.env.DYNAMODB_LOCAL_ENDPOINT;
const HIGHEST_IN_PLANE = LOCAL ? 0xffee : 0xd7ff;

let engine: Engine;
t.before(async () => void (engine = LOCAL ? engineAt(LOCAL) : await startDynalite()));
t.teardown(() => engine.stop());

type KeyType = 'S' | 'N' | 'B';
type Random = () => number;

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));
const attribute = (type: KeyType, text: string): AttributeValue =>
  type === 'B' ? { B: Buffer.from(text, 'base64') } : type === 'N' ? { N: text } : { S: text };

/** Ascending sort keys of one shape, each once, as text that the worker reads. */
const SHAPES: Record<KeyType, readonly ((i: number, random: Random) => string)[]> = {
  S: [
    (i) => `${i}`.padStart(7, '0'),
    (i) => new Date(1.7e12 + i * 86_400_000).toISOString(),
    (i) => (i % 7 === 0 ? `USER#${i}` : `ORDER#${i}`),
    (i, random) => `${Math.floor(random() * 0xffffffff).toString(16)}-${i}`,
    (i) => `${String.fromCodePoint([0x61, 0xe9, HIGHEST_IN_PLANE, 0x1f600, 0x10ffff][i % 5]!)}${i}`,
  ],
  N: [
    (i) => `${i}`,
    (i) => `${i - 500}.5`,
    (i) => `${(i % 9) + 1}.${i}E${(i % 250) - 125}`,
    (i) => `1234567890123456789012345678901${i}`,
  ],
  B: [
    (i) => Buffer.from([i >> 8, i & 255]).toString('base64'),
    (i, random) => Buffer.from([upTo(random, 255), 0xff, i >> 8, i & 255]).toString('base64'),
  ],
};

const WRITE = 'BatchWriteItem';
const FAULTS: readonly Rule[] = [
  { operation: WRITE, probability: 0.1, fault: { kind: 'throttle' } },
  {
    operation: WRITE,
    probability: 0.1,
    fault: { kind: 'throttle', exception: 'ProvisionedThroughputExceededException' },
  },
  { operation: WRITE, probability: 0.2, fault: { kind: 'process', items: 1 } },
  { operation: WRITE, probability: 0.3, fault: { kind: 'process', items: 12 } },
  { operation: [WRITE, 'Query'], probability: 0.05, fault: { kind: 'cut' } },
  { operation: [WRITE, 'Query'], probability: 0.05, fault: { kind: 'cutAfterCommit' } },
  { operation: [WRITE, 'Query'], probability: 0.1, fault: { kind: 'slow', milliseconds: 5 } },
  { operation: [WRITE, 'Query'], probability: 0.05, fault: { kind: 'answer', answer: { status: 500, body: {} } } },
  { operation: 'Query', probability: 0.1, fault: { kind: 'throttle' } },
];
const LOSES_ANSWERS = (rules: readonly Rule[]): boolean =>
  rules.some(
    ({ operation, fault }) =>
      [operation].flat().includes(WRITE) && /^(cut|answer)/.test((fault as { kind: string }).kind),
  );

function scenario(seed: number) {
  const random = seeded(seed);
  const type = pick(random, ['S', 'N', 'B'] as const);
  const shape = pick(random, SHAPES[type]);
  const count = pick(random, [0, 1, 26, 300, 400, 1500]);
  const keys = [...new Set(Array.from({ length: count }, (_, i) => shape(i + 1, random)))];
  const largest = pick(random, [10, 10, 900, 20_000]);
  const items = keys.map((sk): Item => ({
    pk: { S: 'p' },
    sk: attribute(type, sk),
    data: { S: 'x'.repeat(upTo(random, largest)) },
  }));
  const neighbours = keys.slice(0, 5).flatMap((sk): Item[] => [
    { pk: { S: 'p ' }, sk: attribute(type, sk) },
    { pk: { S: 'P' }, sk: attribute(type, sk) },
  ]);
  const rules = shuffled(FAULTS, random).slice(0, upTo(random, 4));
  const limits: TableLimits | undefined = pick(random, [
    undefined,
    { range: { unitsPerSecond: 100 + upTo(random, 900) } },
    { table: { unitsPerSecond: 200, reason: 'TableWriteProvisionedThroughputExceeded' } },
    { splits: keys.length > 2 ? [attribute(type, keys[keys.length >> 1]!)] : [] } as unknown as TableLimits,
  ]);
  const cap = pick(random, [undefined, undefined, 50, 500]);
  const consumedCapacity = pick(random, ['full', 'full', 'total', 'none'] as const);
  const localIndex = random() < 0.2;
  return { type, keys, items, neighbours, rules, limits, cap, consumedCapacity, localIndex, largest, random };
}

/** A restriction to the keys from one to another of those that are there, in the engine's own order. */
async function restriction(random: Random, sorted: readonly AttributeValue[]) {
  if (sorted.length < 3 || random() < 0.6) return { inRange: sorted.length, sortKey: undefined };
  const ends = [upTo(random, sorted.length - 1), upTo(random, sorted.length - 1)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const text = (value: AttributeValue) => value.S ?? value.N ?? Buffer.from(value.B!).toString('base64');
  return {
    inRange: ends[1] - ends[0],
    sortKey: { from: text(sorted[ends[0]]!), to: text(sorted[ends[1]]!) },
  };
}

async function run(t: Test, seed: number): Promise<void> {
  const { items, neighbours, rules, limits, cap, consumedCapacity, localIndex, type, largest, random } = scenario(seed);
  const world = await pacedWorld(t, engine, {
    seed,
    items: [...items.map((item) => (localIndex ? { ...item, at: { N: '1' } } : item)), ...neighbours],
    shape: { partition: ['pk', 'S'], sort: ['sk', type], ...(localIndex ? { localIndex: ['at', 'N'] as const } : {}) },
    faulty: { rules, consumedCapacity, ...(limits ? { limits } : {}) },
  });
  const { paginateQuery } = await import('@aws-sdk/client-dynamodb');
  const sorted: AttributeValue[] = [];
  const all = {
    TableName: world.table,
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': { S: 'p' } },
    ConsistentRead: true,
  };
  for await (const { Items } of paginateQuery({ client: engine.client }, all))
    sorted.push(...Items!.map(({ sk }) => sk!));
  const { inRange, sortKey } = await restriction(random, sorted);
  const outcome = await world.run(cap === undefined ? {} : { caps: { maxWriteUnitsPerSecond: cap } }, { sortKey });

  const left = await countByPartition(engine.client, world.table, 'pk');
  const { itemsDeleted, atLeast } = outcome.progress;
  const facts = {
    exitCode: outcome.exitCode,
    verifiedEmpty: outcome.verifiedEmpty,
    left: left.p ?? 0,
    neighbours: (left['p '] ?? 0) + (left.P ?? 0),
    deleted: itemsDeleted,
  };
  const expected = {
    exitCode: 0,
    verifiedEmpty: true,
    left: sorted.length - inRange,
    neighbours: neighbours.length,
    deleted: inRange,
  };
  // What is sent again after a lost answer is accepted again, or was found gone by a later pass.
  const counted = atLeast && LOSES_ANSWERS(rules) ? { ...facts, deleted: inRange } : facts;
  if (outcome.exitCode !== 0) t.comment(outcome.message, JSON.stringify(outcome.lines));
  t.strictSame(counted, expected, `seed ${seed}: ${inRange} of ${sorted.length} keys of type ${type}`);
  // If the engine does not report capacity, sizes remain unknown.
  if (cap === undefined || consumedCapacity === 'none') return;
  const largestUnits = Math.ceil((largest + 100) / 1024);
  const bound = Math.max(10.5 * cap, largestUnits > 0.5 * cap ? 10 * cap + largestUnits : 0);
  const most = mostWithin(world.proxy.writes, 10_000);
  t.ok(most <= bound, `seed ${seed}: ${most} units within ten seconds under a cap of ${cap}`);
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) t.test(`seed ${seed}`, (t) => run(t, seed));
