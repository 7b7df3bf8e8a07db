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

t.test('no Job before the rights of its worker are there', async (t) => {
  const rights = { by: 'operator', observed: [], bearer: { name: NAME, account: NAME }, areThere: false } as const;
  t.same(createJob({ ...NEW, rights }, 2).jobs, [{ authorize: { job: NAME } }]);
  t.same(createJob({ ...NEW, rights: { ...rights, areThere: true } }, 2).jobs, [{ create: { restarts: 2 } }]);
});

t.notOk('uid' in (createJob(NEW, 0).set?.job ?? {}), 'a Job that was not seen has no uid');
