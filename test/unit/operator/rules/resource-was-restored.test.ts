import { REPORT_ANNOTATION } from '../../../../src/api/names.js';
import { resourceWasRestored } from '../../../../src/operator/rules/resource-was-restored.js';
import { ruleTable, RUNNING } from './rule-table.js';

ruleTable(resourceWasRestored, [
  { why: 'its report is its own, or there is none', given: {}, decision: undefined },
  { why: 'beside a Job of its own it runs', given: { foreignUID: 'uid-0', job: RUNNING }, decision: undefined },
  {
    why: "another's report: nothing is created until somebody looks",
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
