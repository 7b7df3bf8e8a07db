import { pausedBeforeStart } from '../../../../src/operator/rules/paused-before-start.js';
import { ruleTable } from './rule-table.js';

ruleTable(pausedBeforeStart, [
  { why: 'nobody asks for it', given: {}, decision: undefined },
  {
    why: 'no Job is created, and the status keeps what it has',
    given: { wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
]);
