import { type Contender, runContender } from './contenders.js';
import type { MemoryLimit } from './memory-limit.js';
import type { Row } from './row.js';
import { measured } from './statistics.js';
import { throttledServer } from './throttled-server.js';
import { SHAPES } from '../support/shapes.js';

/** The items of the two runs, before they are scaled. */
const ITEMS = [200_000, 1_000_000];
/** What one run may take, in megabytes. */
const MOST_MEGABYTES = 90;
/** How many times as much five times as many items may take. */
const MOST_GROWTH = 1.15;

/** The most memory that two runs take, which differ in the number of their items. */
export async function measureMemory(
  contender: Contender,
  limit: MemoryLimit | undefined,
  scale: number,
): Promise<Row[]> {
  const row = (what: string, value: number, unit: string, most: number): Row => ({
    what,
    contender: contender.name,
    unit,
    value: measured([value]),
    must: `≤ ${most}`,
    reached: value <= most,
  });
  const rows: Row[] = [];
  const peaks: number[] = [];
  for (const count of ITEMS.map((items) => Math.round(items * scale))) {
    const server = await throttledServer({ keys: SHAPES.numbered!(count), bytes: () => 100, ranges: 0 });
    const ran = await runContender(limit?.within(contender) ?? contender, { ...server, seconds: 900 });
    await server.close();
    if (ran.exitCode !== 0) throw new Error(`${contender.name} did not end well: ${ran.output}`);
    const peak = ran.peakMegabytes ?? NaN;
    peaks.push(peak);
    rows.push(row(`memory at ${count} items`, peak, 'MB peak', MOST_MEGABYTES));
  }
  return [...rows, row('memory, five times the items', peaks[1]! / peaks[0]!, '×', MOST_GROWTH)];
}
