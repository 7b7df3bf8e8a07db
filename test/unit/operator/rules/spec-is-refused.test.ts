import { specIsRefused } from '../../../../src/operator/rules/spec-is-refused.js';
import { NOW, seconds } from '../../../support/builders.js';
import { JOB, OBJECTION, ruleTable } from './rule-table.js';

ruleTable(specIsRefused, [
  { why: 'does not apply without an objection', given: {}, decision: undefined },
  {
    why: 'looks again at what policy forbids: the settings may change',
    given: { objection: OBJECTION },
    decision: {
      state: 'PolicyViolation',
      message: { key: 'specIsForbidden', reasons: 'why' },
      jobs: [],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'keeps a changed Job that has ended: the run may begin later',
    given: { objection: OBJECTION, changedJob: JOB },
    decision: {
      state: 'PolicyViolation',
      message: { key: 'specIsForbidden', reasons: 'why' },
      jobs: [{ keep: JOB }],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'looks again at an unsupported spec: the spec and the version may change',
    given: { objection: { state: 'UnsupportedSpec', message: 'why' } },
    decision: {
      state: 'UnsupportedSpec',
      message: { key: 'specIsUnsupported', reasons: 'why' },
      jobs: [],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'ends the run if the target is invalid: a target cannot change',
    given: { objection: { state: 'InvalidTarget', message: 'why' } },
    decision: {
      state: 'InvalidTarget',
      message: { meaningOf: 'InvalidTarget', detail: 'why' },
      set: { completionTime: NOW, restart: undefined },
      jobs: [],
    },
  },
]);
