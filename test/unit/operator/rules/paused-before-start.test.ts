import { pausedBeforeStart } from '../../../../src/operator/rules/paused-before-start.js';
import { seconds } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

ruleTable(pausedBeforeStart, [
  { why: 'does not apply without spec.suspend', given: {}, decision: undefined },
  {
    why: 'creates no Job, and leaves the status as it is',
    given: { wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  ...(['recordedRestart', 'unrecordedRestart'] as const).map((field) => ({
    why: `says that there was a Job: ${field}`,
    given: { wantsSuspension: true, [field]: { notBefore: seconds(-10), ordinal: 1 } },
    decision: { state: 'Suspended', message: { key: 'jobIsRemoved' }, jobs: [] } as const,
  })),
]);
