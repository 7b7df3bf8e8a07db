import t from 'tap';
import type { Spec } from '../../../../src/api/spec.js';
import { specViolations } from '../../../../src/api/validate.js';
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
    'what the schema refuses beside the target can be corrected',
    [undefined, violations],
    defaultSettings,
    {
      state: 'UnsupportedSpec',
      message: 'spec.backoffLimit: Expected integer; spec.mode: Expected one of Execute, DryRun',
    },
  ],
  [
    'a target cannot: that is an end',
    [undefined, [...violations, { path: 'spec.ddbCtlDpJob.tableName', message: 'Expected string' }]],
    defaultSettings,
    {
      state: 'InvalidTarget',
      message:
        'spec.backoffLimit: Expected integer; spec.mode: Expected one of Execute, DryRun; spec.ddbCtlDpJob.tableName: Expected string',
    },
  ],
  [
    'no spec at all cannot either',
    [undefined, [{ path: 'spec', message: 'Expected object' }]],
    defaultSettings,
    { state: 'InvalidTarget', message: 'spec: Expected object' },
  ],
  [
    'an unknown field in the target may be known to a newer version',
    [undefined, specViolations({ ddbCtlDpJob: { ...target, tableName: '!', sortkey: {} } })],
    defaultSettings,
    {
      state: 'UnsupportedSpec',
      message: /^spec\.ddbCtlDpJob\.sortkey: unknown field; did you mean sortKey\?; spec\.ddbCtlDpJob\.tableName: /,
    },
  ],
  [
    'a wrong type',
    [undefined, specViolations({ ddbCtlDpJob: { ...target, tableName: 5 } })],
    defaultSettings,
    { state: 'InvalidTarget', message: /^spec\.ddbCtlDpJob\.tableName: Expected string/ },
  ],
  [
    'and so is a target without a partition',
    [undefined, specViolations({ ddbCtlDpJob: { tableName: 'Orders' } })],
    defaultSettings,
    { state: 'InvalidTarget', message: /^spec\.ddbCtlDpJob: / },
  ],
  [
    'and so may an unknown mode',
    [undefined, specViolations({ ddbCtlDpJob: target, mode: 'Verify' })],
    defaultSettings,
    { state: 'UnsupportedSpec', message: 'spec.mode: Expected one of Execute, DryRun' },
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
    const found = objectionTo(given[0], given[1], settings);
    if (objection === undefined) t.equal(found, undefined);
    else t.match(found, objection);
  });

t.test('REQUIRE_DRY_RUN: nothing is deleted that was not counted', async (t) => {
  const required = settingsWith({ requireDryRun: true });
  const message =
    /^spec\.mode Execute needs a completed count.*REQUIRE_DRY_RUN.*create a new DdbctlDpJob with mode: DryRun/;
  const done = { itemsFound: 5, completionTime: '2026-11-23T02:10:40Z' };
  for (const [why, fields, settings, counted, isRefused] of [
    ['no count', { mode: 'Execute' }, required, undefined, true],
    ['no mode means Execute', {}, required, undefined, true],
    ['a count that has not ended', { mode: 'Execute' }, required, { itemsFound: 5 }, true],
    ['an approved count', { mode: 'Execute' }, required, done, false],
    ['one that is only in the log', { mode: 'Execute' }, required, { completionTime: new Date() }, false],
    ['the count itself', { mode: 'DryRun' }, required, undefined, false],
    ['not required', { mode: 'Execute' }, defaultSettings, undefined, false],
  ] as const) {
    const found = objectionTo({ ...spec, ...fields }, [], settings, counted);
    if (isRefused) t.match(found, { state: 'PolicyViolation', message }, why);
    else t.equal(found, undefined, why);
  }
});
