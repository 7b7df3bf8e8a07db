import { consumed, lastKey, page, scripted } from './scripted.js';

/** A sort key by its number. */
export const number = (n: number): string => String(n).padStart(6, '0');

/** Sort keys of the deletes, in the order in which they were sent. */
export const deletedKeys = (body: Record<string, unknown>): string[] =>
  Object.values(body.RequestItems as Record<string, { DeleteRequest: { Key: { sk: { S: string } } } }[]>)
    .flat()
    .map(({ DeleteRequest }) => DeleteRequest.Key.sk.S);

const sumOf = (keys: readonly string[], of: (item: number) => number): number =>
  keys.reduce((sum, key) => sum + of(Number(key)), 0);

/** Milliseconds that each request takes. */
const LATENCY = 20;

/** A DynamoDB of one partition, in virtual time: `count` items of so many bytes, which it takes as fast as they are deleted. */
export function partitionOf(
  count: number,
  { bytes = () => 1024, ...options }: { bytes?: (item: number) => number } & Parameters<typeof scripted>[1] = {},
) {
  const keys = Array.from({ length: count }, (_, i) => number(i));
  const left = new Set(keys);
  const batches: { keys: string[]; at: number; asks: boolean }[] = [];
  const probes: unknown[] = [];
  const textIn = (value: unknown, fallback: string): string => (value as { S: string } | undefined)?.S ?? fallback;
  const read = ({ ExpressionAttributeValues, ExclusiveStartKey, Limit, ScanIndexForward }: Record<string, unknown>) => {
    const values = ExpressionAttributeValues as Record<string, unknown>;
    const [from, to] = [textIn(values[':from'], ''), textIn(values[':to'], '~')];
    const after = textIn((ExclusiveStartKey as { sk?: unknown } | undefined)?.sk, '');
    const within = keys.filter((key) => key >= from && key <= to && key > after && left.has(key));
    const found = (ScanIndexForward === false ? within.reverse() : within).slice(0, Number(Limit));
    if (Limit === 1) probes.push(ScanIndexForward);
    const more = found.length < within.length ? lastKey(found.at(-1)!) : {};
    return page(found, { ...more, ...consumed(Math.max(1, Math.ceil(sumOf(found, bytes) / 4096)) / 2) });
  };
  const world = scripted(
    {
      Query: async (input) => {
        const answer = read(input);
        await world.clock.sleep(LATENCY);
        return answer;
      },
      BatchWriteItem: async (body) => {
        const deleted = deletedKeys({ RequestItems: body.RequestItems });
        const asks = body.ReturnConsumedCapacity !== undefined;
        batches.push({ keys: deleted, at: world.clock.now(), asks });
        await world.clock.sleep(LATENCY);
        for (const key of deleted) left.delete(key);
        const CapacityUnits = sumOf(deleted, (item) => Math.ceil(bytes(item) / 1024));
        return { UnprocessedItems: {}, ...(asks && { ConsumedCapacity: [{ CapacityUnits }] }) };
      },
    },
    options,
  );
  return { ...world, left, batches, probes };
}
