import t from 'tap';
import { createJob } from '../../../../src/operator/rules/create-job.js';
import { NOW, seconds } from '../../../support/builders.js';
import { NAME, NEW } from './rule-table.js';

const message = { key: 'jobIsCreated' } as const;

for (const restarts of [0, 3])
  t.test(`${restarts} restarts`, async (t) => {
    t.same(createJob(NEW, { restarts, message }), {
      message,
      jobs: [{ create: { restarts } }],
      set: { job: { name: NAME }, creatingSince: NOW },
      wakes: [seconds(30)],
    });
  });

t.test('no Job before the rights of its worker are there', async (t) => {
  const rights = { by: 'operator', observed: [], bearer: { name: NAME, account: NAME }, areThere: false } as const;
  t.same(createJob({ ...NEW, rights }, { restarts: 2, message }).jobs, [{ authorize: { job: NAME } }]);
  t.same(createJob({ ...NEW, rights: { ...rights, areThere: true } }, { restarts: 2, message }).jobs, [
    { create: { restarts: 2 } },
  ]);
});

t.test('a Job that does not appear', async (t) => {
  const missing = { key: 'jobDoesNotAppear', job: NAME, name: 'sample', namespace: 'default' };
  for (const [reason, since, said] of [
    ['may still be on its way', seconds(-119), message],
    ['is said to be missing, and is asked for all the same', seconds(-120), { ...missing, since: seconds(-120) }],
    ['also an hour later', seconds(-3600), { ...missing, since: seconds(-3600) }],
  ] as const)
    t.same(
      createJob({ ...NEW, creatingSince: since }, { restarts: 0, message }),
      {
        message: said,
        jobs: [{ create: { restarts: 0 } }],
        set: { job: { name: NAME }, creatingSince: since },
        wakes: [seconds(30)],
      },
      reason,
    );
});

t.notOk('uid' in (createJob(NEW, { restarts: 0, message }).set?.job ?? {}), 'a Job that was not seen has no uid');
