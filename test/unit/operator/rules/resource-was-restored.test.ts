import { REPORT_ANNOTATION, VELERO_LABEL } from '../../../../src/api/names.js';
import { resourceWasRestored } from '../../../../src/operator/rules/resource-was-restored.js';
import { NAME, NEW, ruleTable, RUNNING } from './rule-table.js';

const parent = { ...NEW.parent, labels: { [VELERO_LABEL]: 'shop-1' } };
const byVelero = {
  state: 'Restored',
  message: {
    key: 'resourceWasRestoredByVelero',
    restore: 'shop-1',
    name: 'sample',
    namespace: 'default',
    label: VELERO_LABEL,
  },
  jobs: [],
} as const;
const conditions = [
  { type: 'Finished', status: 'False', reason: 'Restored', message: '', lastTransitionTime: '2026-11-23T02:10:01Z' },
] as const;
const stored = { conditions: [...conditions] };

ruleTable(resourceWasRestored, [
  { why: 'does not apply without a report of another resource', given: {}, decision: undefined },
  {
    why: 'does not apply while the Job is observed',
    given: { foreignUID: 'uid-0', job: RUNNING },
    decision: undefined,
  },
  {
    why: "creates nothing while another resource's report is there",
    given: { foreignUID: 'uid-0' },
    decision: {
      state: 'Restored',
      message: {
        key: 'resourceWasRestored',
        uid: 'uid-0',
        name: 'sample',
        namespace: 'default',
        annotation: REPORT_ANNOTATION,
      },
      jobs: [],
    },
  },
  { why: 'Velero restored it, and nobody has looked at it', given: { parent }, decision: byVelero },
  { why: 'and goes on saying so', given: { parent, stored, recorded: 'Restored' }, decision: byVelero },
  {
    why: 'a status without a Job may be of the backup: its Job may have run after that',
    given: { parent, stored, recorded: 'Pending' },
    decision: byVelero,
  },
  {
    why: 'a run of this very resource goes on',
    given: { parent, stored: { ...stored, job: { name: NAME } }, recorded: 'Running' },
    decision: undefined,
  },
  {
    why: 'a run that Velero restored with its status has not begun here: its Job was of another uid',
    given: { parent, stored: { ...stored, job: { name: 'sample-0123456789', uid: 'job-0' } }, recorded: 'Running' },
    decision: byVelero,
  },
  {
    why: 'a status that names its Job and has no conditions tells nothing of a run',
    given: { parent, stored: { job: { name: NAME } }, recorded: 'Running' },
    decision: byVelero,
  },
  {
    why: 'and one that says Restored stays so, although it names its Job',
    given: { parent, stored: { ...stored, job: { name: NAME } }, recorded: 'Restored' },
    decision: byVelero,
  },
  { why: 'without the label it runs', given: { stored, recorded: 'Restored' }, decision: undefined },
  { why: 'its Job is there', given: { parent, job: RUNNING }, decision: undefined },
]);
