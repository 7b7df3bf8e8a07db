import { createJob } from './create-job.js';
import type { Decision, Situation } from './rule.js';

/** Nothing of this run exists yet, and nothing prevents it. */
export function isNew(situation: Situation): Decision {
  return { ...createJob(situation, 0), state: 'Pending', message: { key: 'jobIsCreated' } };
}
