import { reportAwaitsJob } from '../../../../src/operator/rules/report-awaits-job.js';
import { seconds } from '../../../support/builders.js';
import { JOB, NAME, NEW, OUTCOME, ruleTable, RUNNING } from './rule-table.js';

const given = { reportedEnd: OUTCOME, appearsBy: seconds(90) };

ruleTable(reportAwaitsJob, [
  { why: 'does not apply without a reported success', given: { appearsBy: seconds(90) }, decision: undefined },
  { why: 'does not apply once the Job would have appeared', given: { reportedEnd: OUTCOME }, decision: undefined },
  { why: 'does not apply once the Job is observed', given: { ...given, job: RUNNING }, decision: undefined },
  {
    why: 'does not apply to a Job that an admission webhook changed: it stays as evidence',
    given: { ...given, impostor: JOB },
    decision: undefined,
  },
  {
    why: 'waits for the Job, keeps the rights of its worker and creates nothing',
    given,
    decision: {
      state: 'Pending',
      message: { key: 'reportedJobIsNotSeen', job: NAME },
      jobs: [{ authorize: { job: NAME } }],
      set: { job: { name: NAME }, creatingSince: NEW.creatingSince },
      wakes: [seconds(90)],
    },
  },
]);
