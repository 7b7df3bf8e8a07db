import t from 'tap';
import type { CompositeRequest, ObservedJob, ObservedRight } from '../../../../src/api/hooks.js';
import type { Settings } from '../../../../src/api/settings.js';
import { bearerOf, keptRights, workerRights } from '../../../../src/operator/desired/worker-rights.js';
import { observe } from '../../../../src/operator/observe/situation.js';
import type { Decision } from '../../../../src/operator/rules/rule.js';
import type { Bearer } from '../../../../src/operator/rights.js';
import { jobStatus, NOW, observedJob, ownBearer, request, rightsIn, withRights } from '../../../support/builders.js';
import { defaultSettings, settingsWith } from '../../../support/settings.js';

const own = ownBearer();
const OWN = ['ServiceAccount', 'Role', `RoleBinding to ${own.name}`];
const NAMED = ['Role', 'RoleBinding to ddbctl-worker'];
const named = { name: own.name, account: 'ddbctl-worker' };
const none = settingsWith({ workerRights: 'none' });

const running = observedJob({ status: jobStatus.running });
const paused = observedJob({ suspend: true, status: jobStatus.suspended });
const complete = observedJob({ status: jobStatus.complete });
const old = observedJob({ account: null, status: jobStatus.running });
const withNamed = observedJob({ account: 'ddbctl-worker', status: jobStatus.running });
const count = observedJob({ mode: 'DryRun', uid: 'count', status: jobStatus.running });
const foreign = observedJob({ name: 'other', uid: 'other', metadata: { labels: {} }, status: jobStatus.running });
const changed = (right: ObservedRight): unknown => right.kind === 'Role' && (right.rules = [{ verbs: ['*'] }]);

interface Row {
  why: string;
  /** Which Jobs are observed, and whose rights. */
  jobs?: ObservedJob[];
  there?: Bearer;
  change?: typeof changed;
  asked?: (asked: CompositeRequest) => CompositeRequest;
  settings?: Settings;
  decision: Pick<Decision, 'state' | 'jobs'>;
  rights: string[];
}

const create = { create: { restarts: 0 } };
const rows: readonly Row[] = [
  { why: 'before the Job', decision: { state: 'Pending', jobs: [{ authorize: { job: 'x' } }] }, rights: OWN },
  { why: 'with it', there: own, decision: { state: 'Pending', jobs: [create] }, rights: OWN },
  {
    why: 'while it runs',
    jobs: [running],
    there: own,
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: OWN,
  },
  {
    why: 'if somebody took them away, again',
    jobs: [running],
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: OWN,
  },
  {
    why: 'one that was changed is left out, and so replaced',
    jobs: [running],
    there: own,
    change: changed,
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: ['ServiceAccount', `RoleBinding to ${own.name}`],
  },
  {
    why: 'while it is paused',
    jobs: [paused],
    decision: { state: 'Suspended', jobs: [{ pause: paused }] },
    rights: OWN,
  },
  {
    why: 'to the account of the observed Job',
    jobs: [withNamed],
    there: own,
    decision: { state: 'Running', jobs: [{ keep: withNamed }] },
    rights: ['Role'],
  },
  {
    why: 'a Job of an earlier version that names an account gets them',
    jobs: [withNamed],
    decision: { state: 'Running', jobs: [{ keep: withNamed }] },
    rights: NAMED,
  },
  {
    why: 'one without a token has no use for any',
    jobs: [old],
    decision: { state: 'Running', jobs: [{ keep: old }] },
    rights: [],
  },
  {
    why: 'they go with the answer that records the end',
    jobs: [complete],
    there: own,
    decision: { state: 'PartitionDeleted', jobs: [{ keep: complete }] },
    rights: [],
  },
  {
    why: 'and with that of a drained Job',
    jobs: [paused],
    there: own,
    decision: { state: 'Cancelled', jobs: [{ pause: paused }] },
    rights: [],
  },
  {
    why: 'but not before it has drained',
    jobs: [running],
    there: own,
    decision: { state: 'Cancelled', jobs: [{ drain: running }] },
    rights: OWN,
  },
  { why: 'no Job, no rights', there: own, decision: { state: 'Suspended', jobs: [] }, rights: [] },
  { why: 'a lost Job may have a pod', there: own, decision: { state: 'Restarting', jobs: [] }, rights: OWN },
  { why: 'which gets no new ones', decision: { state: 'Restarting', jobs: [] }, rights: [] },
  { why: 'also of an account by name', there: named, decision: { state: 'Restarting', jobs: [] }, rights: NAMED },
  { why: 'a cancelled one too', there: own, decision: { state: 'Cancelling', jobs: [] }, rights: OWN },
  {
    why: 'another Job that stops keeps those that it has',
    jobs: [running, count],
    there: ownBearer('DryRun'),
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: [...OWN, 'ServiceAccount', 'Role', `RoleBinding to ${ownBearer('DryRun').name}`],
  },
  {
    why: 'one of others gets none',
    jobs: [foreign],
    there: { name: 'other', account: 'other' },
    decision: { state: 'Pending', jobs: [] },
    rights: [],
  },
  {
    why: 'switched off, nothing is granted',
    jobs: [running],
    settings: none,
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: [],
  },
  {
    why: 'switched off in mid-run, what is there stays',
    jobs: [running],
    there: own,
    settings: none,
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: OWN,
  },
  {
    why: 'switched off before a new Job, it goes',
    there: own,
    settings: none,
    decision: { state: 'Pending', jobs: [create] },
    rights: [],
  },
  {
    why: 'Metacontroller would refuse kinds that are not listed',
    jobs: [running],
    asked: ({ children: { 'Job.batch/v1': jobs }, ...asked }) => ({ ...asked, children: { 'Job.batch/v1': jobs } }),
    decision: { state: 'Running', jobs: [{ keep: running }] },
    rights: [],
  },
];

for (const {
  why,
  jobs = [],
  there,
  change,
  asked = (same: CompositeRequest) => same,
  settings = defaultSettings,
  decision,
  rights,
} of rows)
  t.test(why, async (t) => {
    const situation = observe(asked(withRights(request({}, ...jobs), there, change)), settings, NOW);
    const found = workerRights(situation, { message: { text: '' }, ...decision });
    t.same(rightsIn({ children: found }), rights);
  });

t.test('of Jobs that are to stop, only what is there', async (t) => {
  const { rights, parent } = observe(withRights(request(), own), defaultSettings, NOW);
  t.equal(keptRights([own.name], parent, rights.observed).length, 3);
  t.same(keptRights([own.name], parent, []), []);
  const ofCount = observe(withRights(request(), ownBearer('DryRun')), defaultSettings, NOW).rights.observed;
  const all = [...ofCount, ...rights.observed];
  t.same(rightsIn({ children: keptRights([own.name], parent, all) }), OWN, 'of this Job, not of another');
  const bound = rights.observed.map((right) => (right.kind === 'RoleBinding' ? { ...right, subjects: [] } : right));
  t.same(
    rightsIn({ children: keptRights([own.name], parent, bound) }),
    ['ServiceAccount', 'Role'],
    'without a binding that binds nobody',
  );
  t.same(keptRights(['other'], parent, rights.observed), [], 'and nothing by a name that is not a run’s');
});

t.test('whose rights a Job uses', async (t) => {
  t.same(bearerOf(running), own);
  t.same(bearerOf(withNamed), named);
  t.equal(bearerOf(old), undefined, 'no token');
  t.equal(bearerOf({ metadata: { name: 'x' }, spec: { template: {} } }), undefined, 'no account');
  t.equal(bearerOf({ metadata: { name: 'x' }, spec: {} }), undefined, 'no template');
});
