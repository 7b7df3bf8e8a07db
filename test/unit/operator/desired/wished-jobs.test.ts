import t from 'tap';
import { RESTARTS_ANNOTATION } from '../../../../src/api/names.js';
import { observedIn, wishedJob } from '../../../../src/operator/desired/wished-jobs.js';
import { observe } from '../../../../src/operator/observe/situation.js';
import { NOW, observedJob, request } from '../../../support/builders.js';
import { defaultSettings } from '../../../support/settings.js';

const job = observedJob({ restarts: 1 });
const situation = observe(request(), defaultSettings, NOW);

for (const [why, wish, suspend, restarts] of [
  ['keep: as observed', { keep: job }, undefined, '1'],
  ['pause: suspended', { pause: job }, true, '1'],
  ['drain: suspended too', { drain: job }, true, '1'],
  ['create: a new one', { create: { restarts: 4 } }, undefined, '4'],
] as const)
  t.test(why, async (t) => {
    const wished = wishedJob(wish, situation, defaultSettings);
    t.equal(wished?.metadata.name, job.metadata.name);
    t.equal(observedIn(wish), 'create' in wish ? undefined : job, 'the Job that it is about');
    t.equal(wished?.spec.suspend, suspend);
    t.equal(wished?.metadata.annotations?.[RESTARTS_ANNOTATION], restarts);
  });

t.equal(
  wishedJob({ authorize: { job: 'sample' } }, situation, defaultSettings),
  undefined,
  'authorize: no Job before its rights',
);

t.test('nothing is built of a spec that is refused', async (t) => {
  const refused = observe(request({ spec: { backoffLimit: -1 } }), defaultSettings, NOW);
  t.throws(() => wishedJob({ create: { restarts: 0 } }, refused, defaultSettings), /only be built from a valid spec/);
});

t.test('a new Job is told the target that was recorded or reported', async (t) => {
  const target = { tableId: 'table', digest: 'a'.repeat(64) };
  const told = (parent: Parameters<typeof request>[0]): string =>
    JSON.stringify(
      wishedJob({ create: { restarts: 0 } }, observe(request(parent), defaultSettings, NOW), defaultSettings),
    );
  for (const [why, parent] of [
    ['recorded', { status: { target } }],
    [
      'reported by a Job that was seen, not recorded yet',
      { report: { target, jobUID: 'job-1' }, status: { mode: 'Execute', job: { name: 'sample', uid: 'job-1' } } },
    ],
  ] as const)
    t.match(told(parent), /EXPECTED_TABLE_ID","value":"table".*EXPECTED_DIGEST","value":"a{64}"/, why);
  t.notMatch(told({}), /EXPECTED/, 'neither');
});
