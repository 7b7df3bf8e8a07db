import t from 'tap';
import type { CompositeRequest } from '../../../src/api/hooks.js';
import type { Settings } from '../../../src/api/settings.js';
import { observe } from '../../../src/operator/observe/situation.js';
import { answer, respond } from '../../../src/operator/respond.js';
import type { Decision } from '../../../src/operator/rules/rule.js';
import {
  childrenOf,
  jobStatus,
  NOW,
  observedJob,
  request,
  seconds,
  unreachableJob,
  withRights,
  ownBearer,
} from '../../support/builders.js';
import { defaultSettings, settingsWith } from '../../support/settings.js';

const job = observedJob({ status: jobStatus.running });
const name = job.metadata.name;
const other = observedJob({ uid: 'other', name: 'other', metadata: { labels: {} }, status: jobStatus.running });
const unreachable = unreachableJob({ status: jobStatus.running });
const NOTE = ` (no change reaches Job ${name}, because something gave it two different entries template.spec.containers[worker].env[X], which Metacontroller cannot merge: cancel removes the Job; for suspend, see the runbook)`;
const WARNING = ' (the pod of Job x did not stop within 300 s and may still be running: check its node)';

const decision: Decision = { state: 'Running', message: { text: 'text' }, jobs: [] };
const rows: {
  why: string;
  others?: (typeof other)[];
  change: Partial<Decision>;
  children: string[];
  message?: string;
  resync?: number;
}[] = [
  { why: 'a Job that no wish names is left out, and goes', change: {}, children: [] },
  { why: 'one is kept', change: { jobs: [{ keep: job }] }, children: [name] },
  { why: 'one is paused', change: { jobs: [{ pause: job }] }, children: [`${name}:suspend`] },
  { why: 'one is drained', change: { jobs: [{ drain: job }] }, children: [`${name}:suspend`] },
  { why: 'one is created', change: { jobs: [{ create: { restarts: 2 } }] }, children: [name] },
  { why: 'rights come before a Job', change: { jobs: [{ authorize: { job: name } }] }, children: [] },
  {
    why: 'one that no change reaches is named, while its run lasts',
    change: { jobs: [{ pause: unreachable }] },
    children: [`${name}:suspend`],
    message: `text${NOTE}`,
  },
  {
    why: 'and not after it',
    change: { state: 'WorkerFailed', jobs: [{ keep: unreachable }] },
    children: [name],
  },
  {
    why: 'of another run, it is dropped',
    others: [
      unreachableJob({
        uid: 'other',
        name: 'other',
        metadata: { ...unreachable.metadata, labels: {}, uid: 'other', name: 'other' },
        status: jobStatus.running,
      }),
    ],
    change: {},
    children: [],
    resync: 300,
  },
  {
    why: 'other Jobs are drained beside it, whatever is decided',
    others: [other],
    change: { jobs: [{ keep: job }] },
    children: [name, 'other:suspend'],
    resync: 300,
  },
  { why: 'the earliest wake counts', change: { wakes: [seconds(60), undefined, seconds(9)] }, children: [], resync: 9 },
  {
    why: 'also before the deadline of other Jobs',
    others: [other],
    change: { wakes: [seconds(60)] },
    children: ['other:suspend'],
    resync: 60,
  },
  {
    why: 'a Job that was let go undrained is named',
    change: { abandoned: ['x'] },
    children: [],
    message: `text${WARNING}`,
  },
  {
    why: 'so are two',
    change: { abandoned: ['x', 'y'] },
    children: [],
    message: `text${WARNING.replace('Job x', 'Job x, y')}`,
  },
  {
    why: 'and not again where a recorded message names it',
    change: { message: { text: `text${WARNING}` }, abandoned: ['x'] },
    children: [],
    message: `text${WARNING}`,
  },
];

for (const { why, others = [], change, children, message = 'text', resync } of rows)
  t.test(why, async (t) => {
    const situation = observe(withRights(request({}, job, ...others), ownBearer()), defaultSettings, NOW);
    const response = respond(situation, { ...decision, ...change }, defaultSettings);
    t.same(childrenOf(response), children);
    t.equal(response.status.conditions?.[0]?.message, message);
    t.equal(response.resyncAfterSeconds, resync);
  });

t.test('what a run lacks whose worker gets no token', async (t) => {
  const none = settingsWith({ workerRights: 'none' });
  const old = observedJob({ account: null, status: jobStatus.running });
  const lacks: readonly [
    why: string,
    asked: CompositeRequest,
    settings: Settings,
    change: Partial<Decision>,
    said: RegExp,
  ][] = [
    [
      'switched off',
      request(),
      none,
      { jobs: [{ create: { restarts: 0 } }] },
      / no fence .*: WORKER_RIGHTS is none, and/,
    ],
    [
      'also beside another Job, which has one and stops',
      request({}, other),
      none,
      { jobs: [{ create: { restarts: 0 } }] },
      / no fence .*: WORKER_RIGHTS is none, and/,
    ],
    [
      'not listed',
      request(),
      defaultSettings,
      { jobs: [{ create: { restarts: 0 } }] },
      /CompositeController does not list/,
    ],
    [
      'an older Job',
      withRights(request({}, old)),
      defaultSettings,
      { jobs: [{ keep: old }] },
      /this Job was created with/,
    ],
    ['a Job with a token', request({}, job), none, { jobs: [{ keep: job }] }, /^text$/],
    ['no Job', request(), none, { jobs: [] }, /^text$/],
    ['an end', request({}, old), none, { state: 'PartitionDeleted', jobs: [{ keep: old }] }, /^text$/],
  ];
  for (const [why, asked, settings, change, said] of lacks) {
    const { status } = respond(observe(asked, settings, NOW), { ...decision, ...change }, settings);
    t.match(status.conditions?.[0]?.message, said, why);
  }
});

t.test('nothing but children of the own namespace leaves', async (t) => {
  const [child] = respond(
    observe(request(), defaultSettings, NOW),
    { ...decision, jobs: [{ create: { restarts: 0 } }] },
    defaultSettings,
  ).children;
  t.ok(child);
  const parent = request().parent.metadata;
  const content = { status: {}, children: child ? [child] : [] };
  t.throws(
    () => answer({ parent: { ...parent, namespace: 'kube-system' }, content, wakes: [], now: NOW }),
    /not in namespace/,
  );
  t.same(answer({ parent, content, wakes: [], now: NOW }), content, 'the rest is as it was');
});
