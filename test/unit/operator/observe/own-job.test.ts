import t from 'tap';
import type { ObservedJob } from '../../../../src/api/hooks.js';
import { ENV } from '../../../../src/api/worker.js';
import { buildJob } from '../../../../src/operator/desired/new-job.js';
import { isOwnJob } from '../../../../src/operator/observe/own-job.js';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { observedJob, request, target } from '../../../support/builders.js';
import { defaultSettings, settingsWith } from '../../../support/settings.js';

type Container = Record<string, unknown> & { env: Record<string, unknown>[] };
/** Our Job with its container changed. */
const withContainer = (change: (container: Container) => Partial<Container>): ObservedJob => {
  const job = observedJob();
  const template = structuredClone(job.spec.template) as { spec: { containers: Container[] } };
  template.spec.containers = template.spec.containers.map((container) => ({ ...container, ...change(container) }));
  return { ...job, spec: { ...job.spec, template } };
};
const withVariable = (name: string, value: string | undefined): ObservedJob =>
  withContainer(({ env }) => ({
    env: [...env.filter((variable) => variable.name !== name), ...(value === undefined ? [] : [{ name, value }])],
  }));
const sidecar = observedJob();
(sidecar.spec.template as { spec: { containers: object[] } }).spec.containers.push({ name: 'proxy', image: 'x' });

for (const [why, job, isOwn] of [
  ['as we build it', observedJob(), true],
  ['of an earlier image', withContainer(() => ({ image: 'earlier' })), true],
  ['with a sidecar beside it', sidecar, true],
  ['with another name', observedJob({ name: 'other' }), false],
  ['without our label', observedJob({ metadata: { labels: {} } }), false],
  ['of another run', observedJob({ mode: 'DryRun' }), false],
  ['with a command', withContainer(() => ({ command: ['true'] })), false],
  ['with other arguments', withContainer(() => ({ args: ['delete-partition', '--dry-run'] })), false],
  ['without arguments', withContainer(() => ({ args: undefined })), false],
  ['without our container', withContainer(() => ({ name: 'other' })), false],
  ['with variables from elsewhere', withContainer(() => ({ envFrom: [{ configMapRef: { name: 'x' } }] })), false],
  ['without an environment', withContainer(() => ({ env: undefined as never })), false],
  ['for another resource', withVariable(ENV.parentUID, 'x'), false],
  ['in another mode', withVariable(ENV.mode, 'DryRun'), false],
  ['on another table', withVariable(ENV.tableName, 'Customers'), false],
  ['on another partition', withVariable(ENV.partitionValue, 'tenant-2'), false],
  ['in another region', withVariable(ENV.region, 'eu-west-1'), false],
  ['at an endpoint', withVariable(ENV.endpointURL, 'http://localhost:8000'), false],
  ['on a part only', withVariable(ENV.sortKeyBeginsWith, 'a'), false],
  ['on no table', withVariable(ENV.tableName, undefined), false],
  [
    'with a second variable of that name',
    withContainer(({ env }) => ({ env: [...env, { name: ENV.partitionValue, value: 'tenant-2' }] })),
    false,
  ],
  [
    'with a partition from somewhere else',
    withContainer(({ env }) => ({
      env: [
        ...env.filter(({ name }) => name !== ENV.partitionValue),
        { name: ENV.partitionValue, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
    })),
    false,
  ],
  ['without a template', { ...observedJob(), spec: {} }, false],
  ['without a pod', { ...observedJob(), spec: { template: {} } }, false],
  ['without any container', { ...observedJob(), spec: { template: { spec: {} } } }, false],
] as const)
  t.test(`a Job ${why} is ${isOwn ? 'ours' : 'not ours'}`, async (t) => {
    t.equal(isOwnJob(job, readResource(request().parent), 'Execute'), isOwn);
  });

t.test('whatever we build is ours', async (t) => {
  const secret = { tableName: 'Orders', partitionValueFrom: { secretKeyRef: { name: 'ddbctl-x', key: 'value' } } };
  for (const spec of [
    { ddbCtlDpJob: { ...target, partitionValue: '$(HOME)$$7' } },
    { ddbCtlDpJob: { ...target, awsRegion: undefined, endpointURL: 'http://localhost:8000' } },
    { ddbCtlDpJob: { ...target, sortKey: { from: 'a$', to: 'b' } } },
    { ddbCtlDpJob: secret, serviceAccountName: 'x', maxWriteUnitsPerSecond: 7, mode: 'DryRun' as const },
  ]) {
    const { parent } = request();
    const given = JSON.parse(JSON.stringify({ ...parent, spec })) as typeof parent;
    const resource = readResource(given);
    t.ok(resource.spec, 'a valid spec');
    const settings = settingsWith({ ...defaultSettings, trustedEndpoints: ['x'], reportSeconds: 7 });
    const { mode, run } = resource;
    const job = buildJob({ parent: parent.metadata, spec: resource.spec!, mode, run, restarts: 3, settings });
    t.ok(isOwnJob({ ...job, metadata: { ...job.metadata, uid: 'u' } }, resource, mode));
  }
});

t.test('a partition from a Secret', async (t) => {
  const from = (name: string, key: string) => ({ secretKeyRef: { name, key } });
  const ddbCtlDpJob = {
    tableName: 'Orders',
    awsRegion: 'us-east-1',
    partitionValueFrom: from('ddbctl-x', 'value'),
  };
  const { parent } = request({ spec: { ddbCtlDpJob: { ...ddbCtlDpJob, partitionValue: undefined } as never } });
  const resource = readResource(JSON.parse(JSON.stringify(parent)) as typeof parent);
  t.ok(resource.spec, 'a valid spec');
  for (const [name, key, isOwn] of [
    ['ddbctl-x', 'value', true],
    ['ddbctl-y', 'value', false],
    ['ddbctl-x', 'other', false],
  ] as const) {
    const job = withContainer(({ env }) => ({
      env: env.map((variable) =>
        variable.name === ENV.partitionValue ? { name: ENV.partitionValue, valueFrom: from(name, key) } : variable,
      ),
    }));
    t.equal(isOwnJob(job, resource, 'Execute'), isOwn, `${name}/${key}`);
  }
});

const recorded = { job: { name: 'x', uid: 'job-1' } };
const another = { seenJobs: [{ mode: 'Execute' as const, uid: 'job-0' }] };
const seen = { seenJobs: [{ mode: 'Execute' as const, uid: 'job-1' }] };
for (const [why, spec, status, job, isOwn] of [
  ['an unknown field: on its target', { dryRun: true }, {}, observedJob(), true],
  ['an unknown field: on another', { dryRun: true }, {}, withVariable(ENV.partitionValue, 'tenant-2'), false],
  [
    'a table that a newer schema refuses, and seen',
    { ddbCtlDpJob: { ...target, tableName: '!' } },
    seen,
    observedJob(),
    true,
  ],
  ['a table that a newer schema refuses', { ddbCtlDpJob: { ...target, tableName: '!' } }, {}, observedJob(), false],
  ['a target that cannot be compared, and seen', { ddbCtlDpJob: { tableName: 7 } }, seen, observedJob(), true],
  ['a target that cannot be compared, and recorded', { ddbCtlDpJob: { tableName: 7 } }, recorded, observedJob(), true],
  ['a target that cannot be compared, and another seen', { ddbCtlDpJob: 7 }, another, observedJob(), false],
  ['an endpoint that is no text', { ddbCtlDpJob: { ...target, endpointURL: 7 } }, {}, observedJob(), false],
  ['no table', { ddbCtlDpJob: { ...target, tableName: undefined } }, {}, withVariable(ENV.tableName, undefined), false],
  [
    'a blank partition, which a Job shows as no value',
    { ddbCtlDpJob: { ...target, partitionValue: '' } },
    {},
    withContainer(({ env }) => ({
      env: env.map(({ name, value }) => (name === ENV.partitionValue ? { name } : { name, value })),
    })),
    true,
  ],
  ['no target, and seen', { ddbCtlDpJob: undefined }, seen, observedJob(), true],
  ['no target, and never seen', { ddbCtlDpJob: undefined }, {}, observedJob(), false],
  ['a part that cannot be compared', { ddbCtlDpJob: { ...target, sortKey: 'a' } }, {}, observedJob(), false],
  ['a blank part', { ddbCtlDpJob: { ...target, sortKey: null } }, {}, observedJob(), false],
  ['a Secret that cannot be', { ddbCtlDpJob: { ...target, partitionValueFrom: 'a' } }, {}, observedJob(), false],
  ['no target, seen, of another resource', { ddbCtlDpJob: undefined }, seen, withVariable(ENV.parentUID, 'x'), false],
] as const)
  t.test(`of a spec that this version refuses with ${why}, a Job is ${isOwn ? 'ours' : 'not ours'}`, async (t) => {
    const { parent } = request({ spec: spec as never, status });
    const resource = readResource(parent);
    t.equal(resource.spec, undefined);
    t.equal(isOwnJob(job, resource, 'Execute'), isOwn);
  });
