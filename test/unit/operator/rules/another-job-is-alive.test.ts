import { anotherJobIsAlive } from '../../../../src/operator/rules/another-job-is-alive.js';
import { seconds } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

ruleTable(anotherJobIsAlive, [
  { why: 'none is', given: {}, decision: undefined },
  {
    why: 'all are named, and one that hangs in its deletion is looked at again',
    given: { aliveOthers: ['a', 'b'] },
    decision: {
      state: 'Pending',
      message: { key: 'anotherJobIsAlive', jobs: 'a, b' },
      jobs: [],
      wakes: [seconds(30)],
    },
  },
  {
    why: 'one that has our name has to go before ours can be created',
    given: { impostor: 'a' },
    decision: { state: 'Pending', message: { key: 'jobIsNotOurs', job: 'a' }, jobs: [], wakes: [seconds(30)] },
  },
]);
