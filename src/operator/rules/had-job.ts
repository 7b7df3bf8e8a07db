import type { Situation } from './rule.js';

/** Whether this run has had a Job. A deletion that has only waited for its count has not. */
export const hadJob = ({ seenJobs, mode }: Situation): boolean => seenJobs.some((seen) => seen.mode === mode);
