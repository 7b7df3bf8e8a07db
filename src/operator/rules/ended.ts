import type { CurrentJob } from '../observe/current-job.js';
import type { RunOutcome } from '../observe/outcome.js';
import type { Decision, Situation, StatusChange } from './rule.js';
import { pastOrNow } from '../time.js';
import { seen } from './seen.js';

/** The part of a decision that every ended run shares. Times that are already recorded stay. */
export function ended(
  situation: Situation,
  { state, message, time }: RunOutcome,
): Pick<Decision, 'state' | 'message' | 'set'> {
  const { job, status, finished, counted, now } = situation;
  // A report may give any time.
  const completionTime = pastOrNow(time, now);
  const isRecorded = finished !== undefined && status.completionTime !== undefined;
  // Exit code 0 is the worker's word that it has verified; a report alone is anybody's.
  const verifiedEmpty = job?.outcome?.state === 'PartitionDeleted' ? true : status.verifiedEmpty;
  return {
    state,
    message,
    set: {
      ...(job && seenAtItsEnd(situation, job)),
      ...(!isRecorded && { completionTime }),
      restart: undefined,
      ...(state === 'PartitionDeleted' && { verifiedEmpty }),
      ...(state === 'DryRunComplete' && {
        dryRun: { ...counted, completionTime: counted.completionTime ?? completionTime },
      }),
    },
  };
}

function seenAtItsEnd({ status }: Situation, job: CurrentJob): StatusChange {
  return {
    ...seen(job),
    ...(status.startTime === undefined && { startTime: job.startTime ?? job.creationTime }),
  };
}
