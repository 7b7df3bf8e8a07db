import { type Contender, runContender } from './contenders.js';
import type { Row } from './row.js';
import { measured } from './statistics.js';
import { throttledServer } from './throttled-server.js';
import { SHAPES } from '../support/shapes.js';

const RANGES = 16;
/** The proxy reads all items in one answer: many more of this size are too long for a string. */
const ITEMS = 80_000;
/** Nobody comes to the end: what is judged is a stretch of the first seconds. */
const SECONDS = 20;
const HELD_FOR = 5;

export interface Sixteen {
  rows: Row[];
  /** Of each contender's first round: write units in each second, by physical partition. */
  traces: Record<string, number[][]>;
}

/** One partition key that spans sixteen physical partitions: ours and a peer in turn. */
export async function measureSixteen(
  contenders: readonly Contender[],
  rounds: number,
  scale: number,
): Promise<Sixteen> {
  const keys = SHAPES.numbered!(Math.round(ITEMS * scale));
  const what = `${RANGES} ranges, ${keys.length} of 4 WCU, numbered`;
  const traces: Record<string, number[][]> = {};
  const ran = new Map(contenders.map(({ name }) => [name, { held: [] as number[], wasted: [] as number[] }]));
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      const server = await throttledServer({ keys, bytes: () => 4000, ranges: RANGES });
      await runContender(contender, { ...server, seconds: SECONDS });
      traces[`${RANGES} ranges, ${contender.name}`] ??= server.trace();
      const { held, wasted } = ran.get(contender.name)!;
      held.push(server.heldWithin(SECONDS, HELD_FOR));
      wasted.push(server.usage().wasted * 100);
      await server.close();
    }
  const rows = [...ran].flatMap(([contender, { held, wasted }]) => [
    { what, contender, unit: `WCU/s for ${HELD_FOR} s within ${SECONDS} s`, value: measured(held) },
    { what, contender, unit: '% wasted', value: measured(wasted) },
  ]);
  return { rows, traces };
}
