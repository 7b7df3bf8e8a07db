import type { Caps } from '../../../src/deletion/runtime.js';
import { VirtualTime } from '../virtual-time.js';
import { ModelTable, type ModelTableOptions } from './model-table.js';
import { clientOf, runVirtually } from './run-virtually.js';
import { seeded } from './throttling-proxy/index.js';

export interface ModelRun extends ModelTableOptions {
  caps?: Caps;
  changeCaps?: { at: number; caps: Caps };
  /** Milliseconds from the worker to DynamoDB at least, and up to as many more; 2 if absent. */
  oneWay?: number;
  /** When the run is stopped, in milliseconds: a scenario may need no more. */
  until?: number;
}

interface Write {
  RequestItems: { t: never[] };
  ReturnConsumedCapacity?: string;
}

/** A whole deletion, the real code, of a partition of a model table in virtual time. The same seed gives the same run. */
export async function runOnModel({ caps, changeCaps, oneWay, until = Infinity, ...options }: ModelRun) {
  const { seed = 1 } = options;
  const random = seeded(seed + 1000);
  const clock = new VirtualTime({ random: seeded(seed + 2000), lateTimers: true });
  const table = new ModelTable(options);
  let reads = 0;

  const answer = (operation: string, input: never): object => {
    if (operation === 'DescribeTable') return table.describe(clock.now());
    if (operation === 'Query') return (reads++, table.query(input));
    const { RequestItems, ReturnConsumedCapacity = 'NONE' } = input as Write;
    const { ConsumedCapacity, ...rest } = table.batchWrite(RequestItems.t, clock.now());
    return ReturnConsumedCapacity === 'NONE' ? rest : { ...rest, ConsumedCapacity };
  };
  const client = clientOf(answer, { clock, random, oneWay });
  const ended = await runVirtually({ client, clock, tableName: 't', caps, changeCaps, looks: true, until });
  if (ended !== undefined && (ended.state !== 'PartitionDeleted' || table.left > 0))
    throw new Error(`the deletion ended as ${ended.state} with ${table.left} items left`);
  const { production, writes } = table;
  production?.runUntil(Math.min(until, clock.now()));
  return { table, writes, reads, milliseconds: clock.now(), production };
}
