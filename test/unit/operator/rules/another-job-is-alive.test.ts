import { anotherJobIsAlive } from '../../../../src/operator/rules/another-job-is-alive.js';
import { seconds } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

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
    given: { impostor: 'a' },
    decision: { state: 'Pending', message: { key: 'jobIsNotOurs', job: 'a' }, jobs: [], wakes: [seconds(30)] },
  },
]);
