import t from 'tap';
import type { Status } from '../../../../src/api/status.js';
import { statusOf } from '../../../../src/operator/desired/status.js';
import { observe } from '../../../../src/operator/observe/situation.js';
import type { Decision } from '../../../../src/operator/rules/rule.js';
import { jobStatus, NOW, observedJob, request, seconds } from '../../../support/builders.js';
import { defaultSettings } from '../../../support/settings.js';

const recorded: Status = {
  mode: 'Execute',
  job: { name: 'sample', uid: 'job-1' },
  startTime: '2026-11-23T02:10:01Z',
  completionTime: '2026-11-23T02:10:30Z',
  restarts: 2,
  restart: { notBefore: '2026-11-23T02:10:30.5Z', ordinal: 3 },
  verifiedEmpty: true,
  receipt: 'a.b.c',
  progress: { itemsFound: 3 },
  target: { tableId: 't', digest: 'ab'.repeat(32) },
  dryRun: { itemsFound: 3, completionTime: '2026-11-23T02:10:00Z' },
};
const decision: Decision = { state: 'Running', message: { text: '' }, jobs: [] };
const job = observedJob({ status: jobStatus.running });
const other = observedJob({ uid: 'other', name: 'other', metadata: { labels: {} }, status: jobStatus.running });

const rows: { why: string; others?: (typeof other)[]; change?: Partial<Decision>; status: Record<string, unknown> }[] =
  [
    {
      why: 'what a decision does not set stays as it was, to the letter',
      change: { state: 'PartitionDeleted' },
      status: { ...recorded },
    },
    {
      why: 'what it sets to undefined goes',
      change: { set: { completionTime: undefined, restart: undefined, verifiedEmpty: undefined } },
      status: { completionTime: undefined, restart: undefined, verifiedEmpty: undefined, restarts: 2 },
    },
    {
      why: 'times are written as text, also inside',
      change: {
        set: {
          startTime: NOW,
          restart: { notBefore: seconds(30.5), ordinal: 4 },
          dryRun: { itemsFound: 4, completionTime: NOW },
        },
      },
      status: {
        startTime: '2026-11-23T02:10:40Z',
        restart: { notBefore: '2026-11-23T02:11:10Z', ordinal: 4 },
        dryRun: { itemsFound: 4, completionTime: '2026-11-23T02:10:40Z' },
      },
    },
    {
      why: 'a success was verified',
      change: { state: 'PartitionDeleted', set: { verifiedEmpty: true } },
      status: { verifiedEmpty: true },
    },
    {
      why: 'any other end was not, whatever was recorded',
      change: { state: 'GuardRefused' },
      status: { verifiedEmpty: undefined, receipt: undefined },
    },
    {
      why: 'a receipt is of a success',
      change: { state: 'PartitionDeleted', set: { receipt: 'd.e.f' } },
      status: { receipt: 'd.e.f' },
    },
    {
      why: 'a field that is undefined is not there, also inside',
      change: { set: { dryRun: { itemsFound: 4, completionTime: undefined } as object } },
      status: { dryRun: { itemsFound: 4 } },
    },
    { why: 'nothing is drained', status: { drainingSince: undefined } },
    { why: 'a pause is no draining', change: { jobs: [{ pause: job }] }, status: { drainingSince: undefined } },
    {
      why: 'since when a Job is drained',
      change: { jobs: [{ drain: job }] },
      status: { drainingSince: '2026-11-23T02:10:40Z' },
    },
    {
      why: 'the time limit of one that was dropped does not start again',
      change: { abandoned: ['sample'] },
      status: { drainingSince: '2026-11-23T02:10:40Z' },
    },
    { why: 'also another Job', others: [other], status: { drainingSince: '2026-11-23T02:10:40Z' } },
    {
      why: 'a decision may say so itself',
      change: { set: { drainingSince: seconds(-9) } },
      status: { drainingSince: '2026-11-23T02:10:31Z' },
    },
  ];

for (const { why, others = [], change, status } of rows)
  t.test(why, async (t) => {
    const situation = observe(request({ status: recorded }, job, ...others), defaultSettings, NOW);
    const written = statusOf(situation, { ...decision, ...change }, 'text') as Record<string, unknown>;
    for (const [field, value] of Object.entries(status)) t.strictSame(written[field], value, field);
    t.notOk(Object.values(written).includes(undefined), 'a field that is undefined is not there');
    t.equal(written.observedGeneration, 1);
    t.match((written.conditions as object[])[0], {
      type: 'Finished',
      reason: change?.state ?? 'Running',
      message: 'text',
    });
  });

t.test('the time limit of another Job that was dropped does not start again', async (t) => {
  const hanging = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-11-23T02:05:00Z' } };
  const status = { ...recorded, drainingSince: '2026-11-23T02:05:00Z' };
  const situation = observe(request({ status }, job, hanging), defaultSettings, NOW);
  t.same(situation.others.abandoned, ['other']);
  t.equal(statusOf(situation, decision, 'text').drainingSince, '2026-11-23T02:05:00Z');
});

t.test('an objection beside a run is a condition of its own', async (t) => {
  const situation = observe(request(), defaultSettings, NOW);
  const nonCompliance = { state: 'PolicyViolation', message: 'why' } as const;
  const { conditions = [] } = statusOf(situation, { ...decision, nonCompliance }, 'text');
  t.match(conditions.at(-1), { type: 'PolicyCompliant', reason: 'PolicyViolation', message: 'why' });
});

t.test('since when the conditions of an approved run hold', async (t) => {
  const counted = statusOf(
    observe(request({ spec: { mode: 'DryRun' } }), defaultSettings, NOW),
    { ...decision, state: 'TableNotFound' },
    '',
  );
  const cancelled = statusOf(
    observe(request({ status: counted }), defaultSettings, seconds(60)),
    { ...decision, state: 'TableNotFound' },
    '',
  );
  const times = cancelled.conditions?.map(({ type, lastTransitionTime }) => `${type} ${lastTransitionTime.slice(14)}`);
  t.strictSame(
    times,
    ['Finished 11:40Z', 'Succeeded 11:40Z', 'Suspended 10:40Z', 'Ready 10:40Z', 'Stalled 11:40Z'],
    'what a run that has just begun does not have holds since its own end',
  );
});

t.test('an approval whose count is not observed waits for it, whatever is answered first', async (t) => {
  const status: Status = { mode: 'DryRun', job: { name: 'count' } };
  const refused = observe(request({ status }), defaultSettings, NOW);
  const restartOf = (change: Partial<Decision>) => statusOf(refused, { ...decision, ...change }, '').restart;
  const restart = { notBefore: '2026-11-23T02:11:40Z', ordinal: 1 };
  t.strictSame(restartOf({ state: 'UnsupportedSpec' }), restart);
  t.equal(restartOf({ state: 'Cancelled', set: { restart: undefined } }), undefined, 'but not what was cancelled');
  const waiting = observe(request({ status: { mode: 'Execute', restart } }), defaultSettings, NOW);
  t.strictSame(statusOf(waiting, decision, '').restart, restart, 'and it is recorded once');
});

t.test('since when a run has finished', async (t) => {
  const since = (status: Status, now: Date): unknown[] => {
    const situation = observe(request({ status }), defaultSettings, now);
    const { conditions = [] } = statusOf(situation, { ...decision, state: 'PartitionDeleted' }, '');
    return ['Finished', 'Succeeded'].map((type) => conditions.find((each) => each.type === type)?.lastTransitionTime);
  };
  const counted = statusOf(
    observe(request({ spec: { mode: 'DryRun' } }), defaultSettings, NOW),
    { ...decision, state: 'DryRunComplete' },
    '',
  );
  const [end, later] = ['2026-11-23T02:11:40Z', seconds(120)];
  t.strictSame(since(counted, seconds(60)), [end, end], 'not since its count, if nothing was recorded between the two');
  const deleted = statusOf(
    observe(request({ status: counted }), defaultSettings, seconds(60)),
    { ...decision, state: 'PartitionDeleted' },
    '',
  );
  t.strictSame(since(deleted, later), [end, end], 'and the next answer changes nothing');
});
