import t from 'tap';
import type { Spec } from '../../../../src/api/spec.js';
import { objectionTo } from '../../../../src/operator/observe/objection.js';
import { target } from '../../../support/builders.js';
import { defaultSettings, settingsWith } from '../../../support/settings.js';

const spec: Spec = { ddbCtlDpJob: target };
const violations = [
  { path: 'spec.backoffLimit', message: 'Expected integer' },
  { path: 'spec.mode', message: 'Expected one of Execute, DryRun' },
];

for (const [why, given, settings, objection] of [
  ['a good spec', [spec, []], defaultSettings, undefined],
  [
    'a spec that the schema refuses',
    [undefined, violations],
    defaultSettings,
    {
      state: 'InvalidTarget',
      message: 'spec.backoffLimit: Expected integer; spec.mode: Expected one of Execute, DryRun',
    },
  ],
  [
    'one that the settings forbid, in two ways',
    [{ ...spec, serviceAccountName: 'admin' }, []],
    settingsWith({ allowedTables: [] }),
    {
      state: 'PolicyViolation',
      message:
        'spec.ddbCtlDpJob.tableName "Orders" is not in the operator\'s ALLOWED_TABLES; spec.serviceAccountName "admin" is not in the operator\'s ALLOWED_SERVICE_ACCOUNTS',
    },
  ],
] as const)
  t.test(why, async (t) => {
    t.same(objectionTo(given[0], given[1], settings), objection);
  });
