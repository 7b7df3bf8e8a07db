import { anotherJobIsAlive } from '../../../../src/operator/rules/another-job-is-alive.js';
import { jobStatus, observedJob, seconds } from '../../../support/builders.js';
import { JOB as RUNS, NAME, ruleTable } from './rule-table.js';

const ENDED = observedJob({ status: jobStatus.complete });

ruleTable(anotherJobIsAlive, [
  { why: 'does not apply when no other Job is alive', given: {}, decision: undefined },
  {
    why: 'names every Job that is alive, and looks again in case a deletion hangs',
    given: { aliveOthers: ['a', 'b'] },
    decision: {
      state: 'Pending',
      message: { key: 'anotherJobIsAlive', jobs: 'a, b' },
      jobs: [],
      wakes: [seconds(30)],
    },
  },
  {
    why: 'a Job that is not ours but has our name must go first',
    given: { impostor: RUNS },
    decision: { state: 'Pending', message: { key: 'jobIsNotOurs', job: NAME }, jobs: [], wakes: [seconds(30)] },
  },
  {
    why: 'one that has ended before a Job was asked for was made by somebody else, and goes',
    given: { impostor: ENDED },
    decision: { state: 'Pending', message: { key: 'jobIsNotOurs', job: NAME }, jobs: [], wakes: [seconds(30)] },
  },
  {
    why: 'one that has ended after that may be what a webhook made of ours: no other starts until a person has looked',
    given: { impostor: ENDED, changedJob: ENDED },
    decision: {
      state: 'Pending',
      message: { key: 'jobWasChanged', job: NAME, namespace: 'default' },
      jobs: [{ keep: ENDED }],
      wakes: [seconds(30)],
    },
  },
]);
