import t from 'tap';
import { seen } from '../../../../src/operator/rules/seen.js';
import { currentJob, NAME } from './rule-table.js';

for (const [why, restarts, change] of [
  ['how often it was started again', 2, { job: { name: NAME, uid: 'job-1' }, restarts: 2 }],
  ['a Job that does not tell: what is recorded stays', undefined, { job: { name: NAME, uid: 'job-1' } }],
] as const)
  t.test(why, async (t) => {
    t.strictSame(seen(currentJob({ restarts })), change);
  });
