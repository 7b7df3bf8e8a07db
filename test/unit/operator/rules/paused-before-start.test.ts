import { pausedBeforeStart } from '../../../../src/operator/rules/paused-before-start.js';
import { ruleTable } from './rule-table.js';

ruleTable(pausedBeforeStart, [
  { why: 'does not apply without spec.suspend', given: {}, decision: undefined },
  {
    why: 'creates no Job, and leaves the status as it is',
    given: { wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
]);
