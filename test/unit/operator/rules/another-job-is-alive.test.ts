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
]);
