import type { Message } from '../messages.js';
import { createJob } from './create-job.js';
import type { Decision, Situation } from './rule.js';

/** Nothing of this run exists yet, and nothing prevents it. */
export function isNew(situation: Situation): Decision {
  const { rights, newJobName: job } = situation;
  // The same words before and after its rights are there: a status that changes costs two requests.
  const message: Message = rights.bearer ? { key: 'jobIsAuthorized', job } : { key: 'jobIsCreated' };
  return { state: 'Pending', ...createJob(situation, { restarts: 0, message }) };
}
