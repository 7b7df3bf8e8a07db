import t from 'tap';
import { CREATED_BY_ANNOTATION, MODE_LABEL, RESTARTS_ANNOTATION, RUN_LABEL } from '../../../../src/api/names.js';
import type { Spec } from '../../../../src/api/spec.js';
import { buildJob } from '../../../../src/operator/desired/new-job.js';
import { settingsWith } from '../../../support/settings.js';

const parent = { name: 'sample', namespace: 'shop', uid: 'uid-1' };
const target = { tableName: 'Orders', partitionValue: 'tenant-1' };
const settings = settingsWith({ allowedMetadata: ['example.com/*'], workerImage: 'image:1' });

interface Pod {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown> & { containers: [{ env: { name: string; value?: string; valueFrom?: object }[] }] };
}
const build = (spec: Partial<Spec> = {}, change: Partial<Parameters<typeof buildJob>[0]> = {}) =>
  buildJob({
    parent,
    spec: { ddbCtlDpJob: target, ...spec },
    mode: 'Execute',
    run: '0123456789',
    restarts: 0,
    settings,
    ...change,
  });
const pod = (...args: Parameters<typeof build>): Pod => build(...args).spec.template as Pod;
const env = (...args: Parameters<typeof build>) =>
  Object.fromEntries(
    pod(...args).spec.containers[0].env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );

t.test('the Job itself', async (t) => {
  const job = build({}, { restarts: 3, mode: 'DryRun' });
  t.match(job.metadata, {
    name: 'sample-0123456789',
    namespace: 'shop',
    labels: { [RUN_LABEL]: '0123456789', [MODE_LABEL]: 'DryRun' },
    annotations: { [RESTARTS_ANNOTATION]: '3' },
  });
  t.match(job.spec, { parallelism: 1, completions: 1, podReplacementPolicy: 'Failed' }, 'one pod at a time');
  t.notOk('suspend' in job.spec, 'a Job is built only where it may run');
});

t.test('fields of the Job', async (t) => {
  for (const [spec, field, expected, reason] of [
    [{}, 'backoffLimit', 3, 'the default'],
    [{ backoffLimit: 0 }, 'backoffLimit', 0, 'as asked'],
    [{}, 'ttlSecondsAfterFinished', 2147483647, 'of its own, so that no policy adds one'],
    [{}, 'activeDeadlineSeconds', undefined, 'no deadline'],
    [{ activeDeadlineSeconds: 60 }, 'activeDeadlineSeconds', 60, 'a deadline'],
  ] as const)
    t.equal(build(spec).spec[field], expected, `${field}: ${reason}`);
});

t.test('fields of the pod', async (t) => {
  const toleration = { key: 'spot', operator: 'Exists' } as const;
  for (const [spec, field, expected, reason] of [
    [{}, 'serviceAccountName', 'default', 'none is named'],
    [{}, 'automountServiceAccountToken', false, 'and then no token is of use'],
    [{ serviceAccountName: 'a' }, 'serviceAccountName', 'a', 'as asked'],
    [{ serviceAccountName: 'a' }, 'automountServiceAccountToken', true, 'to report with'],
    [{}, 'nodeSelector', undefined, 'none'],
    [{ nodeSelector: { disk: 'ssd' } }, 'nodeSelector', { disk: 'ssd' }, 'as asked'],
    [{}, 'tolerations', undefined, 'none'],
    [{ tolerations: [toleration] }, 'tolerations', [toleration], 'as asked'],
    [{}, 'priorityClassName', undefined, 'none'],
    [{ priorityClassName: 'low' }, 'priorityClassName', 'low', 'as asked'],
    [{}, 'imagePullSecrets', undefined, 'none'],
    [{ imagePullSecrets: [{ name: 's' }] }, 'imagePullSecrets', [{ name: 's' }], 'as asked'],
  ] as const)
    t.same(pod(spec as Partial<Spec>).spec[field], expected, `${field}: ${reason}`);
});

t.test('which end of a pod ends the Job', async (t) => {
  t.strictSame(build().spec.podFailurePolicy, {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'Ignore', onExitCodes: { containerName: 'worker', operator: 'In', values: [130, 143] } },
      { action: 'FailJob', onExitCodes: { containerName: 'worker', operator: 'In', values: [2, 4, 5, 6] } },
    ],
  });
});

t.test('what every pod has', async (t) => {
  const { containers, ...rest } = pod().spec;
  t.strictSame(rest, {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 30,
    serviceAccountName: 'default',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  const { env: _env, resources: _resources, ...container } = { resources: undefined, ...containers[0] };
  t.strictSame(container, {
    name: 'worker',
    image: 'image:1',
    args: ['delete-partition'],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  });
  t.notOk('activeDeadlineSeconds' in build().spec, 'what is not asked for is not there');
});

t.test('the container', async (t) => {
  t.match(pod().spec.containers[0], {
    image: 'image:1',
    args: ['delete-partition'],
    resources: { requests: { cpu: settings.workerCpuRequest }, limits: { memory: settings.workerMemoryLimit } },
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  });
  const resources = { limits: { memory: '1Gi' } };
  t.match(pod({ resources }).spec.containers[0], { resources }, 'resources as asked');
});

t.test('the key that signs the receipt', async (t) => {
  const receipts = settingsWith({ receiptKeySecret: 'receipt-key', workerImage: 'image:1' });
  const signing = build(
    {},
    { settings: receipts, parent: { ...parent, annotations: { [CREATED_BY_ANNOTATION]: 'a$b' } } },
  );
  const { spec } = signing.spec.template as Pod;
  t.match(spec, {
    volumes: [{ name: 'receipt-key', secret: { secretName: 'receipt-key' } }],
    containers: [{ volumeMounts: [{ name: 'receipt-key', readOnly: true }] }],
  });
  const told = Object.fromEntries(spec.containers[0].env.map(({ name, value }) => [name, value]));
  t.match(told, {
    DYNAMOCTL_RECEIPT_KEY_SECRET: 'receipt-key',
    DYNAMOCTL_IMAGE: 'image:1',
    DYNAMOCTL_CREATED_BY: 'a$$b',
  });
  for (const [why, job] of [
    ['none by default', build()],
    ['none for a DryRun', build({}, { settings: receipts, mode: 'DryRun' })],
  ] as const)
    t.notMatch(JSON.stringify(job), /receipt|RECEIPT|volume|DYNAMOCTL_IMAGE/, why);
});

t.test('labels and annotations: only what the settings allow, and never ours', async (t) => {
  t.strictSame(build().metadata.labels, {
    'app.kubernetes.io/name': 'dynamoctl',
    'app.kubernetes.io/component': 'worker',
    'app.kubernetes.io/managed-by': 'dynamoctl-dp-operator',
    [RUN_LABEL]: '0123456789',
    [MODE_LABEL]: 'Execute',
  });
  const labels = { 'example.com/team': 'a', team: 'b', [RUN_LABEL]: 'forged' };
  const job = build({ labels, annotations: { 'example.com/note': 'n', note: 'm' } });
  t.equal(job.metadata.labels?.['example.com/team'], 'a');
  t.notOk('team' in (job.metadata.labels ?? {}));
  t.equal(job.metadata.labels?.[RUN_LABEL], '0123456789');
  t.same(job.metadata.annotations, { 'example.com/note': 'n', [RESTARTS_ANNOTATION]: '0' });
  const { metadata } = job.spec.template as Pod;
  t.same(metadata.labels, { ...job.metadata.labels, 'sidecar.istio.io/inject': 'false' });
  t.match(metadata.annotations, { 'example.com/note': 'n' });
});

t.test('no sidecar is injected that would outlive the worker, unless the resource says so', async (t) => {
  const mesh = { 'sidecar.istio.io/inject': 'true' };
  const without = { 'sidecar.istio.io/inject': 'false', 'linkerd.io/inject': 'disabled' };
  t.equal(pod().metadata.labels?.['sidecar.istio.io/inject'], 'false');
  t.same(pod().metadata.annotations, without);
  t.notOk('sidecar.istio.io/inject' in (build().metadata.labels ?? {}), 'only the pod is injected');
  t.equal(pod({ labels: mesh }).metadata.labels?.['sidecar.istio.io/inject'], 'false', 'the settings do not allow it');
  const inMesh = build({ labels: mesh, annotations: mesh }, { settings: settingsWith({ allowedMetadata: ['*'] }) });
  t.match((inMesh.spec.template as Pod).metadata, { labels: mesh, annotations: mesh }, 'they do');
});

t.test('the environment', async (t) => {
  const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });
  for (const [spec, name, expected, reason] of [
    [{}, 'DYNAMOCTL_TABLE_NAME', 'Orders', 'the target'],
    [{}, 'DYNAMOCTL_PARTITION_VALUE', 'tenant-1', 'in words'],
    [{}, 'DYNAMOCTL_REGION', 'us-east-1', 'the default'],
    [{ ddbCtlDpJob: { ...target, awsRegion: 'eu-west-1' } }, 'DYNAMOCTL_REGION', 'eu-west-1', 'as asked'],
    [{}, 'DYNAMOCTL_ENDPOINT_URL', undefined, 'what is not asked for is not there'],
    [
      { ddbCtlDpJob: { ...target, partitionValue: 'a$(HOME)$b' } },
      'DYNAMOCTL_PARTITION_VALUE',
      'a$$(HOME)$$b',
      'Kubernetes expands $(NAME) and halves $$',
    ],
    [
      { ddbCtlDpJob: { tableName: 'T', partitionValueFrom: { secretKeyRef: { name: 's', key: 'k' } } } },
      'DYNAMOCTL_PARTITION_VALUE',
      secret('s', 'k'),
      'from a Secret',
    ],
    [
      { ddbCtlDpJob: { ...target, sortKey: { beginsWith: 'a' } } },
      'DYNAMOCTL_SORT_KEY_BEGINS_WITH',
      'a',
      'part of a partition',
    ],
    [{ ddbCtlDpJob: { ...target, sortKey: { from: 'a', to: 'b' } } }, 'DYNAMOCTL_SORT_KEY_TO', 'b', 'or a range of it'],
    [{ maxWriteUnitsPerSecond: 5 }, 'DYNAMOCTL_MAX_WRITE_UNITS_PER_SECOND', '5', 'a number as text'],
    [{ capacitySharePercent: 30 }, 'DYNAMOCTL_CAPACITY_SHARE_PERCENT', '30', 'a share of the table'],
    [{ maxItems: 9007199254740991 }, 'DYNAMOCTL_MAX_ITEMS', '9007199254740991', 'in digits'],
    [{}, 'DYNAMOCTL_MAX_ITEMS', undefined, 'any number of items'],
    [{}, 'DYNAMOCTL_CAPACITY_SHARE_PERCENT', undefined, "the default is the worker's"],
    [{}, 'AWS_ACCESS_KEY_ID', undefined, 'no credentials: those of the service account'],
    [
      { credentialsSecretRef: { name: 's' } },
      'AWS_ACCESS_KEY_ID',
      secret('s', 'AWS_ACCESS_KEY_ID'),
      'three keys of a Secret and no others',
    ],
    [
      { credentialsSecretRef: { name: 's' } },
      'AWS_SESSION_TOKEN',
      { secretKeyRef: { name: 's', key: 'AWS_SESSION_TOKEN', optional: true } },
      'of which one may be absent',
    ],
    [{}, 'DYNAMOCTL_TRUSTED_ENDPOINTS', undefined, 'none are trusted'],
    [{}, 'DYNAMOCTL_PARENT_UID', 'uid-1', 'for the report and the fence'],
    [{}, 'DYNAMOCTL_EXPECTED_TABLE_ID', undefined, 'no target is recorded'],
    [
      {},
      'DYNAMOCTL_JOB_UID',
      { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
      'known only once the Job is there',
    ],
    [{}, 'DYNAMOCTL_SERVICE_ACCOUNT', { fieldRef: { fieldPath: 'spec.serviceAccountName' } }, 'as it runs'],
  ] as const)
    t.same(env(spec)[name], expected, `${name}: ${reason}`);
  const expected = { tableId: 'a$b', digest: 'd' };
  t.match(
    env({}, { expected }),
    { DYNAMOCTL_EXPECTED_TABLE_ID: 'a$$b', DYNAMOCTL_EXPECTED_DIGEST: 'd' },
    'the recorded target, literally',
  );
  const bySdk = { settings: settingsWith({ workerRequestPath: 'sdk' }) };
  t.equal(env().DYNAMOCTL_REQUEST_PATH, undefined, 'the fast path is the default');
  t.equal(env({}, bySdk).DYNAMOCTL_REQUEST_PATH, 'sdk', 'or the SDK alone');
  const proxied = {
    settings: settingsWith({ workerHttpsProxy: 'http://proxy:3128', workerNoProxy: '.svc,10.0.0.0/8' }),
  };
  t.match(env({}, proxied), { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.svc,10.0.0.0/8' }, 'a proxy');
  t.match(env(), { HTTPS_PROXY: undefined, NO_PROXY: undefined }, 'none by default');
  const trusting = { settings: settingsWith({ trustedEndpoints: ['http://a:1', 'http://b'] }) };
  t.equal(env({}, trusting).DYNAMOCTL_TRUSTED_ENDPOINTS, 'http://a:1,http://b', 'trusted endpoints');
  const limited = { settings: settingsWith({ maxItems: 10 }) };
  t.equal(env({}, limited).DYNAMOCTL_MAX_ITEMS, '10', 'what says nothing gets the ceiling');
  t.equal(env({ maxItems: 3 }, limited).DYNAMOCTL_MAX_ITEMS, '3', 'or less');
  const recoverable = { settings: settingsWith({ requirePointInTimeRecovery: true }) };
  const PITR = 'DYNAMOCTL_REQUIRE_POINT_IN_TIME_RECOVERY';
  t.equal(env({}, recoverable)[PITR], 'true', 'required of all');
  const unsafe = { ddbCtlDpJob: { ...target, requirePointInTimeRecovery: false } };
  t.equal(env(unsafe, recoverable)[PITR], 'true', 'whatever the resource says');
  t.equal(env(unsafe)[PITR], 'false', 'not required');
  t.equal(env()[PITR], undefined, 'not a word of it');
  t.equal(env().DYNAMOCTL_HOLD_TAG, undefined, 'no tag');
  t.equal(env({}, { settings: settingsWith({ holdTag: 'a=$b' }) }).DYNAMOCTL_HOLD_TAG, 'a=$$b', 'a tag, literally');
  const slow = { settings: settingsWith({ defaultMaxWriteUnitsPerSecond: 10, defaultCapacitySharePercent: 5 }) };
  t.match(
    env({ maxWriteUnitsPerSecond: 20 }, slow),
    {
      DYNAMOCTL_MAX_WRITE_UNITS_PER_SECOND: '20',
      DYNAMOCTL_DEFAULT_MAX_WRITE_UNITS_PER_SECOND: '10',
      DYNAMOCTL_DEFAULT_MAX_READ_UNITS_PER_SECOND: undefined,
      DYNAMOCTL_CAPACITY_SHARE_PERCENT: undefined,
      DYNAMOCTL_DEFAULT_CAPACITY_SHARE_PERCENT: '5',
    },
    'default limits beside those of the resource, which may be taken away',
  );
  t.notOk(JSON.stringify(build()).includes('"command"'), 'the image decides what runs');
});
