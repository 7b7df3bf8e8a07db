import type { CurrentJob } from '../observe/current-job.js';
import type { StatusChange } from './rule.js';

/** What the status records about an observed Job. */
export function seen({ name, uid, restarts }: CurrentJob): StatusChange {
  return { job: { name, uid }, ...(restarts !== undefined && { restarts }) };
}
