import { specIsRefused } from '../../../../src/operator/rules/spec-is-refused.js';
import { NOW, seconds } from '../../../support/builders.js';
import { OBJECTION, ruleTable } from './rule-table.js';

ruleTable(specIsRefused, [
  { why: 'nothing is wrong with it', given: {}, decision: undefined },
  {
    why: 'the settings may change, so it is looked at again',
    given: { objection: OBJECTION },
    decision: {
      state: 'PolicyViolation',
      message: { key: 'specIsForbidden', reasons: 'why' },
      jobs: [],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'so may the spec, and the version of the operator',
    given: { objection: { state: 'UnsupportedSpec', message: 'why' } },
    decision: {
      state: 'UnsupportedSpec',
      message: { key: 'specIsUnsupported', reasons: 'why' },
      jobs: [],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'a wrong target will not: that is an end',
    given: { objection: { state: 'InvalidTarget', message: 'why' } },
    decision: {
      state: 'InvalidTarget',
      message: { meaningOf: 'InvalidTarget', detail: 'why' },
      set: { completionTime: NOW, restart: undefined },
      jobs: [],
    },
  },
]);
