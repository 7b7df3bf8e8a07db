import t from 'tap';
import { OUT_OF_QUEUE, RESTARTS_ANNOTATION, RUN_LABEL } from '../../../../src/api/names.js';
import { keptJob } from '../../../../src/operator/desired/kept-job.js';
import { observedJob, unreachableJob } from '../../../support/builders.js';

const job = observedJob({ suspend: true, restarts: 2 });
const keep = (change: object, suspend = false) => keptJob({ ...job, ...change }, 'default', { suspend });
const metadata = (change: object) => ({ metadata: { ...job.metadata, ...change } });
const spec = (change: object) => ({ spec: { ...job.spec, ...change } });

t.test('the spec: these fields and no others, as observed', async (t) => {
  for (const [change, suspend, path, expected, reason] of [
    [{}, false, 'suspend', undefined, 'somebody else suspended it, and may resume it'],
    [{}, true, 'suspend', true, 'we pause it'],
    [spec({ backoffLimit: 9 }), false, 'backoffLimit', 9, 'a limit as it is, not as we would set it'],
    [
      spec({ activeDeadlineSeconds: undefined }),
      false,
      'activeDeadlineSeconds',
      undefined,
      'a field that is not there',
    ],
    [{}, false, 'ttlSecondsAfterFinished', 2147483647, 'as it was built'],
    [
      spec({ ttlSecondsAfterFinished: undefined }),
      false,
      'ttlSecondsAfterFinished',
      undefined,
      'a Job of an earlier version has none',
    ],
    [spec({ ttlSecondsAfterFinished: 60 }), false, 'ttlSecondsAfterFinished', 60, 'as somebody else set it'],
    [{}, false, 'completionMode', undefined, 'a field that the API server defaulted'],
    [{}, false, 'selector', undefined, 'a field that the Job controller wrote'],
    [{}, false, 'template', job.spec.template, 'the template is immutable'],
  ] as const)
    t.same((keep(change, suspend).spec as Record<string, unknown>)[path], expected, `${path}: ${reason}`);
});

t.test('the metadata: only what we set at its creation', async (t) => {
  const foreign = { labels: { ...job.metadata.labels, 'kueue.x-k8s.io/queue-name': 'q', 'job-name': 'x' } };
  t.same(Object.keys(keep(metadata(foreign)).metadata), ['name', 'namespace', 'labels', 'annotations']);
  t.notOk('kueue.x-k8s.io/queue-name' in (keep(metadata(foreign)).metadata.labels ?? {}), "somebody else's label");
  t.notOk('job-name' in (keep(metadata(foreign)).metadata.labels ?? {}), "the Job controller's label");
  for (const label of [
    'controller-uid',
    'job-name',
    'batch.kubernetes.io/controller-uid',
    'batch.kubernetes.io/job-name',
  ]) {
    const both = { labels: { [RUN_LABEL]: 'r', [label]: 'x' } };
    const kept = keep({ ...metadata(both), ...spec({ template: { metadata: both } }) });
    t.same(kept.metadata.labels, { [RUN_LABEL]: 'r' }, `${label}, also where the template carries it`);
  }
  t.equal(
    keep(metadata({ labels: { [RUN_LABEL]: 'changed' } })).metadata.labels?.[RUN_LABEL],
    'changed',
    'as observed',
  );
  t.same(keep({}).metadata.annotations, { [RESTARTS_ANNOTATION]: '2' });
  const own = { metadata: { annotations: { 'example.com/team': 'a' } } };
  const annotated = {
    ...metadata({ annotations: { 'example.com/team': 'b', other: 'c' } }),
    ...spec({ template: own }),
  };
  t.same(keep(annotated).metadata.annotations, { 'example.com/team': 'b' }, 'what the template carries too');
});

t.test('a Job that we suspend leaves its queue, and stays out of it', async (t) => {
  const queue = { 'kueue.x-k8s.io/queue-name': 'q' };
  const prebuilt = 'kueue.x-k8s.io/prebuilt-workload-name';
  const out = { ...queue, [prebuilt]: OUT_OF_QUEUE };
  const labelled = (labels: object) => metadata({ labels: { ...job.metadata.labels, ...labels } });
  for (const [change, suspend, label, suspended, reason] of [
    [{}, true, undefined, true, 'it was in no queue'],
    [labelled(queue), false, undefined, undefined, 'the queue may admit it'],
    [labelled(queue), true, OUT_OF_QUEUE, true, 'Kueue would resume it'],
    [labelled({ ...queue, [prebuilt]: 'w' }), true, OUT_OF_QUEUE, true, 'also where its Workload was made before'],
    [labelled(out), true, OUT_OF_QUEUE, true, 'it stays out'],
    [
      labelled(out),
      false,
      OUT_OF_QUEUE,
      true,
      'and suspended: Kueue refuses to have the label changed with a resumption',
    ],
    [{ ...labelled(out), ...spec({ suspend: false }) }, false, OUT_OF_QUEUE, undefined, 'somebody resumed it by hand'],
  ] as const) {
    const kept = keep(change, suspend);
    t.equal(kept.metadata.labels?.[prebuilt], label, reason);
    t.equal(kept.spec.suspend, suspended, reason);
  }
});

t.test('a template that Metacontroller cannot merge is left out', async (t) => {
  const kept = keptJob(unreachableJob(), 'default', { suspend: true });
  t.notOk('template' in kept.spec);
  t.match(kept.spec, { suspend: true, backoffLimit: job.spec.backoffLimit });
});

t.test('a Job that lacks nearly everything', async (t) => {
  const bare = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'bare', uid: 'u' }, spec: {} } as const;
  t.same(keptJob(bare, 'default', { suspend: false }), {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'bare', namespace: 'default' },
    spec: {},
  });
});
