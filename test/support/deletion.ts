import { createHash } from 'node:crypto';
import type { RequestPath } from '../../src/api/worker.js';
import { connect } from '../../src/dynamodb/client.js';
import { type Deletion, type DeletionOptions, startDeletion } from '../../src/deletion/delete-partition.js';
import type { AttemptOutcome } from '../../src/deletion/outcome.js';
import type { AskedTarget } from '../../src/deletion/target.js';
import { VirtualTime } from '../models/virtual-time.js';
import { type Line, recordedLog } from './recorded-log.js';
import { surroundings } from './surroundings.js';

export interface Ran extends AttemptOutcome {
  lines: Line[];
  clock: VirtualTime;
}

type Asked = Pick<AskedTarget, 'tableName' | 'partitionValue'> & Partial<AskedTarget>;

/** Runs the worker's core against an endpoint, in virtual time. */
export async function runDeletion(
  endpoint: string,
  asked: Asked,
  options: Partial<DeletionOptions> = {},
  onStart: (deletion: Deletion) => void = () => {},
  requestPath?: RequestPath,
): Promise<Ran> {
  const region = 'us-east-1';
  const connection = await connect({ surroundings, region, endpoint, trustedEndpoints: [], requestPath });
  const log = recordedLog();
  const clock = new VirtualTime({ unattended: true });
  try {
    const deletion = startDeletion({
      client: connection.client,
      asked: { mode: 'Execute', ...asked },
      clock,
      log,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      ...options,
    });
    onStart(deletion);
    return { ...(await deletion.outcome), lines: log.lines, clock };
  } finally {
    connection.close();
  }
}
