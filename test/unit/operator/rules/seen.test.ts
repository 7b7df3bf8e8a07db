import t from 'tap';
import { seen } from '../../../../src/operator/rules/seen.js';
import { currentJob, NAME } from './rule-table.js';

for (const [why, restarts, change] of [
  ['with the number of restarts', 2, { job: { name: NAME, uid: 'job-1' }, restarts: 2 }],
  [
    'without the number of restarts if the Job has none, so the recorded one stays',
    undefined,
    { job: { name: NAME, uid: 'job-1' } },
  ],
] as const)
  t.test(why, async (t) => {
    t.strictSame(seen(currentJob({ restarts })), change);
  });
