import t from 'tap';
import { finalize } from '../../../src/operator/finalize.js';
import {
  childrenOf,
  jobsIn,
  jobStatus,
  NOW,
  observedJob,
  ownBearer,
  request,
  rightsIn,
  seconds,
  statusAfter,
  unreachableJob,
  withRights,
} from '../../support/builders.js';

const deleted = { deletionTimestamp: '2026-11-23T02:10:32Z', finalizers: ['metacontroller.io/compositecontroller-x'] };
const running = observedJob({ status: jobStatus.running });
const unreachable = unreachableJob({ status: jobStatus.running });
const name = running.metadata.name;

const rows: {
  why: string;
  jobs: ReturnType<typeof observedJob>[];
  now?: Date;
  children: string[];
  finalized: boolean;
  metadata?: object;
  status?: unknown;
}[] = [
  { why: 'one that no suspension reaches is dropped', jobs: [unreachable], children: [], finalized: false },
  { why: 'a running Job is paused', jobs: [running], children: [`${name}:suspend`], finalized: false },
  {
    why: 'a just-suspended Job shows its old counts',
    jobs: [observedJob({ suspend: true, status: jobStatus.running })],
    children: [`${name}:suspend`],
    finalized: false,
  },
  {
    why: 'a pod is on its way out',
    jobs: [observedJob({ suspend: true, status: jobStatus.suspendedDraining })],
    children: [`${name}:suspend`],
    finalized: false,
  },
  {
    why: 'a drained Job is dropped',
    jobs: [observedJob({ suspend: true, status: jobStatus.suspended })],
    children: [],
    finalized: false,
  },
  { why: 'so is a finished one', jobs: [observedJob({ status: jobStatus.complete })], children: [], finalized: false },
  { why: 'no Job is left', jobs: [], children: [], finalized: true },
  {
    why: 'after five minutes a lost node holds nothing up',
    jobs: [observedJob({ suspend: true, status: jobStatus.suspendedDraining })],
    now: seconds(300),
    children: [],
    finalized: false,
  },
  {
    why: 'also where the Job never came to be suspended',
    jobs: [running],
    now: seconds(300),
    children: [],
    finalized: false,
  },
  {
    why: 'five minutes since the deletion was asked for, not since the future: a clock was set back',
    jobs: [running],
    metadata: { deletionTimestamp: '2099-01-01T00:00:00Z' },
    now: seconds(300),
    children: [`${name}:suspend`],
    finalized: false,
  },
  {
    why: 'nor since a time that is none',
    jobs: [running],
    metadata: { deletionTimestamp: 'soon' },
    now: seconds(300),
    children: [`${name}:suspend`],
    finalized: false,
  },
  {
    why: 'Jobs of every run and of none',
    jobs: [
      running,
      observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.running }),
      observedJob({ uid: 'x', name: 'x', metadata: { labels: {} }, status: jobStatus.complete }),
    ],
    children: [`${name}:suspend`, `${observedJob({ mode: 'DryRun' }).metadata.name}:suspend`],
    finalized: false,
  },
  {
    why: 'foreground deletion: the garbage collector has marked the Job',
    jobs: [observedJob({ status: jobStatus.running, metadata: { deletionTimestamp: '2026-11-23T02:10:33Z' } })],
    metadata: { finalizers: ['foregroundDeletion'] },
    children: [`${name}:suspend`],
    finalized: false,
  },
  {
    why: 'orphaned: nothing is ours any more',
    jobs: [],
    metadata: { finalizers: ['orphan'] },
    children: [],
    finalized: true,
  },
  { why: 'a broken status and spec keep nobody', jobs: [], status: 'broken', children: [], finalized: true },
];

for (const { why, jobs, now = NOW, children, finalized, metadata, status } of rows) {
  t.test(why, async (t) => {
    const asked = request({ metadata: { ...deleted, ...metadata }, status }, ...jobs);
    asked.parent.spec = { nonsense: true };
    const response = finalize(asked, undefined, now);
    t.same(childrenOf(response), children);
    t.equal(response.finalized, finalized);
    t.same(finalize(asked, undefined, now), response, 'asked again, it says the same');
    for (const child of jobsIn(response))
      t.same(child.spec.template, jobs.find((job) => job.metadata.name === child.metadata.name)?.spec.template);
    t.equal((response.resyncAfterSeconds ?? 0) >= 1, !finalized, 'it looks again until the resource may go');
  });
}

t.test('the rights of a worker stay until its Job has drained, and it looks again when that has an end', async (t) => {
  const asked = (job: typeof running) => withRights(request({ metadata: deleted }, job), ownBearer());
  const stopping = finalize(asked(running), undefined, NOW);
  t.same(rightsIn(stopping), ['ServiceAccount', 'Role', `RoleBinding to ${ownBearer().name}`]);
  t.equal(stopping.resyncAfterSeconds, 292, 'five minutes after the deletion was asked for');
  const drained = observedJob({ suspend: true, status: jobStatus.suspended });
  t.same(rightsIn(finalize(asked(drained), undefined, NOW)), []);
});

t.test('it looks again for a Job that goes unseen, because somebody took its owner from it', async (t) => {
  const drained = observedJob({ suspend: true, status: jobStatus.suspended });
  t.equal(finalize(request({ metadata: deleted }, drained), undefined, NOW).resyncAfterSeconds, 60);
});

t.test('the status is handed back: Metacontroller would clear it', async (t) => {
  const status = statusAfter(request({}, running));
  const response = finalize(request({ metadata: deleted, status }, running), undefined, NOW);
  t.same(response.status, status);
});
