import { addSeconds } from '../time.js';
import type { Decision, Situation } from './rule.js';

/** A Job that is not observed after this time is created again: Metacontroller silently ignores that a name is taken. */
const UNSEEN_RESYNC_SECONDS = 30;

export function createJob({ newJobName, now }: Situation, restarts: number): Pick<Decision, 'jobs' | 'set' | 'wakes'> {
  return {
    jobs: [{ create: { restarts } }],
    set: { job: { name: newJobName } },
    wakes: [addSeconds(now, UNSEEN_RESYNC_SECONDS)],
  };
}
