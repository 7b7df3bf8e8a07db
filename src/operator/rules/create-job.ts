import { addSeconds } from '../time.js';
import type { Decision, Situation } from './rule.js';

/** A Job that is not observed after this time is created again: Metacontroller silently ignores that a name is taken. */
const UNSEEN_RESYNC_SECONDS = 30;

/** The rights of its worker come first: without them it could only wait, and the API server may refuse them. */
export function createJob(
  { newJobName, rights, now }: Situation,
  restarts: number,
): Pick<Decision, 'jobs' | 'set' | 'wakes'> {
  return {
    jobs: [rights.areThere ? { create: { restarts } } : { authorize: { job: newJobName } }],
    set: { job: { name: newJobName } },
    wakes: [addSeconds(now, UNSEEN_RESYNC_SECONDS)],
  };
}
