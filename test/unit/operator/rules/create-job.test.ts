import t from 'tap';
import { createJob } from '../../../../src/operator/rules/create-job.js';
import { seconds } from '../../../support/builders.js';
import { NAME, NEW } from './rule-table.js';

for (const restarts of [0, 3])
  t.test(`${restarts} restarts`, async (t) => {
    t.same(createJob(NEW, restarts), {
      jobs: [{ create: { restarts } }],
      set: { job: { name: NAME } },
      wakes: [seconds(30)],
    });
  });

t.notOk('uid' in (createJob(NEW, 0).set?.job ?? {}), 'a Job that was not seen has no uid');
