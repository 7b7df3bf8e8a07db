import { pausedBeforeStart } from '../../../../src/operator/rules/paused-before-start.js';
import { observedJob, jobStatus, seconds } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

const ENDED = observedJob({ status: jobStatus.complete });

ruleTable(pausedBeforeStart, [
  { why: 'does not apply without spec.suspend', given: {}, decision: undefined },
  {
    why: 'creates no Job, and leaves the status as it is',
    given: { wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  {
    why: 'a changed Job that has ended stays: once the run goes on, another would delete what was written since',
    given: { wantsSuspension: true, changedJob: ENDED },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [{ keep: ENDED }] },
  },
  ...(['recordedRestart', 'unrecordedRestart'] as const).map((field) => ({
    why: `says that there was a Job: ${field}`,
    given: { wantsSuspension: true, [field]: { notBefore: seconds(-10), ordinal: 1 } },
    decision: { state: 'Suspended', message: { key: 'jobIsRemoved' }, jobs: [] } as const,
  })),
]);
