import t from 'tap';
import { FINISHED_STATES, STATES, stateConditions } from '../../../../src/api/states.js';
import type { Recreated } from '../../../../src/cli/prune/recreated.js';
import { judge, type Listed } from '../../../../src/cli/prune/retention.js';
import { request } from '../../../support/builders.js';

const BEFORE = new Date('2026-11-01T00:00:00Z');
const LONG_AGO = '2026-10-31T23:59:59Z';

const finished = (state = 'PartitionDeleted', status: object = {}) => ({
  mode: 'Execute',
  completionTime: LONG_AGO,
  conditions: [
    { type: 'Finished', status: 'True', reason: state, message: '', lastTransitionTime: LONG_AGO },
    {
      type: 'Succeeded',
      status: state === 'PartitionDeleted' ? 'True' : 'False',
      reason: state,
      message: '',
      lastTransitionTime: LONG_AGO,
    },
  ],
  ...status,
});
const listed = (status: unknown, metadata: object = {}, spec: Record<string, unknown> = {}): Listed =>
  request({ status, metadata, spec }).parent;
const judged = (resource: Listed, ...include: readonly Recreated[]): string => {
  const judgment = judge(resource, { before: BEFORE, include: new Set(include) });
  return 'stays' in judgment ? judgment.stays : `goes: ${judgment.state}`;
};

const counted = finished('DryRunComplete', { mode: 'DryRun' });

for (const [why, resource, expected] of [
  ['finished long ago', listed(finished()), 'goes: PartitionDeleted'],
  ['failed long ago', listed(finished('AccessDenied')), 'goes: AccessDenied'],
  ['finished by a newer version', listed(finished('SomethingNew')), 'goes: WorkerFailed'],
  ['counted, and never approved', listed(counted, {}, { mode: 'DryRun' }), 'goes: DryRunComplete'],
  ['counted, and just approved', listed(counted, {}, { mode: 'Execute' }), 'unfinished'],
  ['counted, and approved by removing the mode', listed(counted), 'unfinished'],
  ['at the very time', listed(finished(undefined, { completionTime: '2026-11-01T00:00:00Z' })), 'recent'],
  ['in the future', listed(finished(undefined, { completionTime: '2027-01-01T00:00:00Z' })), 'recent'],
  ['without a time', listed(finished(undefined, { completionTime: undefined })), 'undated'],
  ['with a time that is none', listed(finished(undefined, { completionTime: 'long ago' })), 'undated'],
  ['not looked at yet', listed({ observedGeneration: -1 }), 'unfinished'],
  ['without a status', listed(undefined), 'unfinished'],
  ['with a status that is none', listed('Finished'), 'unfinished'],
  ['on its way out', listed(finished(), { deletionTimestamp: LONG_AGO }), 'beingDeleted'],
] as const)
  t.test(why, async (t) => {
    t.equal(judged(resource), expected);
  });

t.test('each state of a run: it may go only if the run has ended', async (t) => {
  for (const state of STATES) {
    const conditions = Object.entries(stateConditions(state)).map(([type, status]) => ({
      ...{ type, status, reason: state, message: '', lastTransitionTime: LONG_AGO },
    }));
    const mode = state === 'DryRunComplete' ? 'DryRun' : 'Execute';
    const ended = (FINISHED_STATES as readonly string[]).includes(state);
    t.equal(
      judged(listed(finished(state, { mode, conditions }), {}, { mode })),
      ended ? `goes: ${state}` : 'unfinished',
    );
  }
});

/** As the API server records who has written what. */
const written = (manager: string, operation: 'Apply' | 'Update', rest: object = {}) => ({
  managedFields: [{ manager, operation, apiVersion: 'x/v1', fieldsType: 'FieldsV1', fieldsV1: {}, ...rest }],
});
const LAST_APPLIED = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

const KEPT: readonly { by: string; metadata: object; reason: 'managed' | 'applied'; mark: string }[] = [
  ...[
    ['Argo CD, by label', 'app.kubernetes.io/instance'],
    ['Argo CD, by a label of its own', 'argocd.argoproj.io/instance'],
    ['Flux', 'kustomize.toolkit.fluxcd.io/name'],
    ['Flux', 'helm.toolkit.fluxcd.io/name'],
    ['Flux', 'resourceset.fluxcd.controlplane.io/name'],
    ['kapp', 'kapp.k14s.io/app'],
    ['kubectl apply --prune --applyset', 'applyset.kubernetes.io/part-of'],
    ['Fleet', 'objectset.rio.cattle.io/hash'],
  ].map(([by = '', name = '']) => ({
    ...{ by, metadata: { labels: { [name]: 'erase' } }, reason: 'managed' as const, mark: `the label ${name}` },
  })),
  ...[
    ['Argo CD', 'argocd.argoproj.io/tracking-id'],
    ['Helm', 'meta.helm.sh/release-name'],
    ['Config Sync', 'configmanagement.gke.io/managed'],
    ['Config Sync', 'configsync.gke.io/resource-id'],
    ['kpt and others with an inventory', 'config.k8s.io/owning-inventory'],
    ['Fleet', 'objectset.rio.cattle.io/id'],
    ['kapp', 'kapp.k14s.io/identity'],
  ].map(([by = '', name = '']) => ({
    ...{ by, metadata: { annotations: { [name]: 'erase' } }, reason: 'managed' as const },
    mark: `the annotation ${name}`,
  })),
  { by: 'an owner', metadata: { ownerReferences: [{ kind: 'Erasure' }] }, reason: 'managed', mark: 'an owner' },
  {
    ...{ by: 'a tool that applies', metadata: written('Terraform', 'Apply'), reason: 'managed' },
    mark: 'applied by the field manager Terraform',
  },
  {
    ...{
      by: 'a tool that patches the manifest that it has applied',
      reason: 'managed',
      mark: 'the label kapp.k14s.io/app',
    },
    metadata: { labels: { 'kapp.k14s.io/app': '1' }, annotations: LAST_APPLIED },
  },
  {
    ...{ by: 'kubectl apply', metadata: { annotations: LAST_APPLIED }, reason: 'applied' },
    mark: 'the annotation kubectl.kubernetes.io/last-applied-configuration',
  },
  {
    ...{ by: 'kubectl apply --server-side', metadata: written('kubectl', 'Apply'), reason: 'applied' },
    mark: 'applied by the field manager kubectl',
  },
];

t.test('what somebody would create again stays, unless that is asked for', async (t) => {
  for (const { by, metadata, reason, mark } of KEPT) {
    const other = reason === 'managed' ? 'applied' : 'managed';
    const claim = `${by}: ${mark}`;
    t.strictSame(
      judge(listed(finished(), metadata), { before: BEFORE, include: new Set() }),
      { stays: reason, mark },
      claim,
    );
    t.equal(judged(listed(finished(), metadata), other), reason, `${claim}; another option does not help`);
    t.equal(judged(listed(finished(), metadata), reason), 'goes: PartitionDeleted', claim);
    t.equal(judged(listed(undefined, metadata), reason), 'unfinished', claim);
  }
});

t.test('what only writes into a resource creates none again', async (t) => {
  for (const [claim, metadata] of [
    ['Metacontroller and workers', written('metacontroller', 'Update')],
    ['who applies a status', written('somebody', 'Apply', { subresource: 'status' })],
    ['kubectl create, edit, patch', written('kubectl-create', 'Update')],
    ['other labels and annotations', { labels: { tenant: 'x' }, annotations: { note: 'x' } }],
  ] as const)
    t.equal(judged(listed(finished(), metadata)), 'goes: PartitionDeleted', claim);
});
