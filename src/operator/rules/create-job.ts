import type { Message } from '../messages.js';
import { MISSING_AFTER_SECONDS } from '../observe/appearance.js';
import { addSeconds } from '../time.js';
import type { Decision, Situation } from './rule.js';

/** A Job that is not observed after this time is created again: Metacontroller silently ignores that a name is taken. */
const UNSEEN_RESYNC_SECONDS = 30;

/**
 * The rights of its worker come first: without them it could only wait, and the API server may refuse them.
 * @param message - while nothing suggests that the Job cannot be created
 */
export function createJob(
  { newJobName, creatingSince, rights, parent, now }: Situation,
  { restarts, message }: { restarts: number; message: Message },
): Pick<Decision, 'message' | 'jobs' | 'set' | 'wakes'> {
  const { name, namespace } = parent;
  const isMissing = now >= addSeconds(creatingSince, MISSING_AFTER_SECONDS);
  return {
    message: isMissing ? { key: 'jobDoesNotAppear', job: newJobName, since: creatingSince, name, namespace } : message,
    jobs: [rights.areThere ? { create: { restarts } } : { authorize: { job: newJobName } }],
    set: { job: { name: newJobName }, creatingSince },
    wakes: [addSeconds(now, UNSEEN_RESYNC_SECONDS)],
  };
}
