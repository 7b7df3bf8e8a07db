import t from 'tap';
import { waitForRestart } from '../../../../src/operator/rules/wait-for-restart.js';
import { seconds } from '../../../support/builders.js';
import { NAME, NEW, SEEN_JOBS } from './rule-table.js';

for (const [why, job] of [
  ['the name that a new Job gets, if none is recorded', NAME],
  ['the recorded name', 'old'],
] as const)
  t.test(why, async (t) => {
    t.same(waitForRestart({ ...NEW, jobName: job, seenJobs: SEEN_JOBS }, { notBefore: seconds(30), ordinal: 4 }), {
      state: 'Restarting',
      message: { key: 'jobWasLost', job, ordinal: 4, time: seconds(30) },
      jobs: [],
      set: { job: { name: job } },
      wakes: [seconds(30)],
    });
  });

t.test('a deletion without a Job of its own waits for its count', async (t) => {
  const { message } = waitForRestart(NEW, { notBefore: seconds(30), ordinal: 1 });
  t.same(message, { key: 'countIsNotSeen', time: seconds(30) });
});
