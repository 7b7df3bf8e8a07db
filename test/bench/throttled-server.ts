import { FaultyDynamoDb, mostWithin, type Rule, traceOf, usageOf } from '../models/dynamodb/throttling-proxy/index.js';
import { ModelEngine } from '../models/dynamodb/in-memory.js';
import { splitsOf } from '../support/shapes.js';

const TABLE = 'bench';
const WRITE = 'BatchWriteItem';

/** What the bench means by "under faults": at most 2 % of outcomes are unknown. */
const FAULTS: readonly Rule[] = [
  { operation: WRITE, probability: 0.05, fault: { kind: 'throttle' } },
  { operation: WRITE, probability: 0.05, fault: { kind: 'process', items: 1 } },
  { operation: WRITE, probability: 0.01, fault: { kind: 'cutAfterCommit' } },
  { operation: WRITE, probability: 0.01, fault: { kind: 'answer', answer: { status: 500, body: {} } } },
  { operation: WRITE, probability: 0.05, fault: { kind: 'slow', milliseconds: 200 } },
];

/** Milliseconds there and back, as within one region of AWS. */
const LATENCY = (): number => 4 + Math.random() * 4;

/** A model partition behind the faulty DynamoDB, split into that many physical partitions; 0: without limits. */
export async function throttledServer({
  keys,
  bytes,
  ranges,
  faults = false,
  seed = 1,
}: {
  keys: readonly string[];
  bytes: (index: number) => number;
  ranges: number;
  faults?: boolean;
  seed?: number;
}) {
  const upstream = new ModelEngine();
  upstream.fill(keys, bytes);
  let first: (at: number) => void = () => undefined;
  const firstRequest = new Promise<number>((resolve) => (first = resolve));
  const seen: Rule = {
    fault: { kind: 'hang' },
    when: () => {
      first(performance.now());
      return false;
    },
  };
  const server = await FaultyDynamoDb.start({
    upstream,
    seed,
    rules: [seen, ...(faults ? FAULTS : [])],
    ...(ranges > 0 ? { latency: LATENCY, limits: { [TABLE]: { splits: splitsOf(keys, ranges) } } } : {}),
  });
  server.recordRequests = false;
  return {
    endpoint: server.url,
    table: TABLE,
    usage: () => usageOf(server.writes),
    trace: () => traceOf(server.writes, 1000),
    mostWithinTenSeconds: () => mostWithin(server.writes, 10_000),
    firstRequest: () => firstRequest,
    /** The most write units a second that were held for `held` seconds within the first ones. */
    heldWithin(seconds: number, held: number): number {
      const rows = traceOf(server.writes, 1000);
      const sums = Array.from({ length: Math.min(seconds, rows[0]?.length ?? 0) }, (_, second) =>
        rows.reduce((sum, row) => sum + (row[second] ?? 0), 0),
      );
      const means = sums.map((_, at) => sums.slice(at, at + held)).filter((window) => window.length === held);
      return Math.max(0, ...means.map((window) => window.reduce((sum, units) => sum + units, 0) / held));
    },
    close: () => server.close(),
  };
}
