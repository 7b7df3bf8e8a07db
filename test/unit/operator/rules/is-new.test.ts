import { isNew } from '../../../../src/operator/rules/is-new.js';
import { NOW, seconds } from '../../../support/builders.js';
import { NAME, ruleTable } from './rule-table.js';

ruleTable(isNew, [
  {
    why: 'creates the Job, and looks again in case it does not appear',
    given: {},
    decision: {
      state: 'Pending',
      message: { key: 'jobIsCreated' },
      jobs: [{ create: { restarts: 0 } }],
      set: { job: { name: NAME }, creatingSince: NOW },
      wakes: [seconds(30)],
    },
  },
  {
    why: 'uses the name of this run, whatever name is recorded',
    given: { jobName: 'old' },
    decision: {
      state: 'Pending',
      message: { key: 'jobIsCreated' },
      jobs: [{ create: { restarts: 0 } }],
      set: { job: { name: NAME }, creatingSince: NOW },
      wakes: [seconds(30)],
    },
  },
  {
    why: 'where the operator grants the right to report, that comes first, in the words of what follows',
    given: { rights: { by: 'operator', observed: [], bearer: { name: NAME, account: NAME }, areThere: false } },
    decision: {
      state: 'Pending',
      message: { key: 'jobIsAuthorized', job: NAME },
      jobs: [{ authorize: { job: NAME } }],
      set: { job: { name: NAME }, creatingSince: NOW },
      wakes: [seconds(30)],
    },
  },
]);
