import { REPORT_ANNOTATION } from '../../../../src/api/names.js';
import { resourceWasRestored } from '../../../../src/operator/rules/resource-was-restored.js';
import { ruleTable, RUNNING } from './rule-table.js';

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
]);
