import t from 'tap';
import { FINISHED_STATES, STATES, stateConditions } from '../../../../src/api/states.js';
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
const judged = (resource: Listed, includeManaged = false): string => {
  const judgment = judge(resource, { before: BEFORE, includeManaged });
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

t.test('what somebody would create again stays, unless that is asked for', async (t) => {
  for (const metadata of [
    { labels: { 'app.kubernetes.io/instance': 'erase' } },
    { labels: { 'argocd.argoproj.io/instance': 'erase' } },
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'erase' } },
    { labels: { 'helm.toolkit.fluxcd.io/name': 'erase' } },
    { annotations: { 'argocd.argoproj.io/tracking-id': 'erase:x' } },
    { annotations: { 'meta.helm.sh/release-name': 'erase' } },
    { ownerReferences: [{ kind: 'Erasure', name: 'x' }] },
  ]) {
    t.equal(judged(listed(finished(), metadata)), 'managed', JSON.stringify(metadata));
    t.equal(judged(listed(finished(), metadata), true), 'goes: PartitionDeleted');
    t.equal(judged(listed(undefined, metadata), true), 'unfinished');
  }
});
