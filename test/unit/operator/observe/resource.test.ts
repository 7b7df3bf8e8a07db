import t from 'tap';
import type { CompositeRequest } from '../../../../src/api/hooks.js';
import { isTrue, readResource, type Resource } from '../../../../src/operator/observe/resource.js';
import { runOf } from '../../../../src/operator/run-name.js';
import { request, UID } from '../../../support/builders.js';
import { like } from '../../../support/like.js';

const finished = (reason: string, status = 'True', succeeded = 'False') => [
  { type: 'Finished', status, reason, message: '', lastTransitionTime: '2026-11-23T02:10:30Z' },
  { type: 'Succeeded', status: succeeded, reason, message: '', lastTransitionTime: '2026-11-23T02:10:30Z' },
];
const TARGET = { tableId: 't', digest: 'ab'.repeat(32) };
const DRY_RUN = { completionTime: '2026-11-23T02:10:30Z' };

const rows: {
  why: string;
  spec?: unknown;
  status?: unknown;
  resource: Partial<Resource>;
}[] = [
  { why: 'nothing is asked but the target', resource: { mode: 'Execute', wantsSuspension: false, violations: [] } },
  { why: 'the table, by name and region', resource: { table: 'Orders in us-east-1' } },
  {
    why: 'and endpoint, also of a spec that is refused',
    spec: { ddbCtlDpJob: { tableName: 'Orders', endpointURL: 'http://x:8000' } },
    resource: { spec: undefined, table: 'Orders in us-east-1 at http://x:8000' },
  },
  {
    why: 'a region that is no text',
    spec: { ddbCtlDpJob: { tableName: 'Orders', awsRegion: 7 } },
    resource: { table: 'Orders in (unknown)' },
  },
  { why: 'a target that is none', spec: { ddbCtlDpJob: 7 }, resource: { table: '(unknown)' } },
  { why: 'a pause', spec: { suspend: true }, resource: { wantsSuspension: true } },
  { why: 'a pause is true and nothing else', spec: { suspend: 'true' }, resource: { wantsSuspension: false } },
  { why: 'a cancellation', spec: { cancel: true }, resource: { wantsCancellation: true } },
  { why: 'a time to live', spec: { ttlSecondsAfterFinished: 0 }, resource: { ttlSeconds: 0 } },
  { why: 'the longest', spec: { ttlSecondsAfterFinished: 2 ** 31 - 1 }, resource: { ttlSeconds: 2 ** 31 - 1 } },
  ...[-1, 1.5, '60', 2 ** 31].map((ttlSecondsAfterFinished) => ({
    why: `a time to live of ${JSON.stringify(ttlSecondsAfterFinished)}: none`,
    spec: { ttlSecondsAfterFinished },
    resource: { ttlSeconds: undefined },
  })),
  {
    why: 'a spec that is refused: what of it is clear still holds',
    spec: { backoffLimit: 'many', cancel: true },
    resource: { spec: undefined, wantsCancellation: true },
  },
  { why: 'a mode that is not known, nor recorded', spec: { mode: 'Novel' }, resource: { mode: 'Execute' } },
  {
    why: 'a mode that is not known leaves a run as it is',
    spec: { mode: 'Novel' },
    status: { mode: 'DryRun' },
    resource: { mode: 'DryRun', run: runOf(UID, 'DryRun') },
  },
  { why: 'a status that is none', status: 'broken', resource: { stored: {}, status: {}, finished: undefined } },
  {
    why: 'a status of this run holds whole',
    status: { mode: 'Execute', restarts: 2 },
    resource: { status: { mode: 'Execute', restarts: 2 } },
  },
  { why: 'so does one that names no mode', status: { restarts: 2 }, resource: { status: { restarts: 2 } } },
  {
    why: "of a count's status only what outlives it holds",
    status: { mode: 'DryRun', restarts: 2, target: TARGET, dryRun: DRY_RUN, conditions: finished('DryRunComplete') },
    resource: {
      status: { target: TARGET, dryRun: DRY_RUN, conditions: finished('DryRunComplete') as never },
      recorded: undefined,
      finished: undefined,
    },
  },
  {
    why: 'and which Jobs were seen',
    status: { mode: 'DryRun', restarts: 2, seenJobs: [{ mode: 'DryRun', uid: 'dry' }] },
    resource: { status: { seenJobs: [{ mode: 'DryRun', uid: 'dry' }] } },
  },
  { why: 'which may be nothing', status: { mode: 'DryRun', restarts: 2 }, resource: { status: {} } },
  {
    why: 'a state that was recorded',
    status: { conditions: finished('Running', 'False') },
    resource: { recorded: 'Running', finished: undefined },
  },
  {
    why: 'its own condition says so, not the one before it',
    status: {
      conditions: [
        { ...finished('x')[1], reason: 'Pending' },
        { ...finished('x', 'False')[0], reason: 'Running' },
      ],
    },
    resource: { recorded: 'Running', finished: undefined },
  },
  { why: 'no conditions', status: {}, resource: { recorded: undefined, finished: undefined } },
  {
    why: 'a run that has finished',
    status: { conditions: finished('TableNotFound') },
    resource: { recorded: 'TableNotFound', finished: 'TableNotFound' },
  },
  {
    why: 'finished for a reason of a newer version',
    status: { conditions: finished('Novel') },
    resource: { recorded: undefined, finished: 'WorkerFailed' },
  },
  {
    why: 'finished by a state that does not end a run: somebody wrote it',
    status: { conditions: finished('Running') },
    resource: { finished: 'WorkerFailed' },
  },
  {
    why: 'succeeded for a reason of a newer version',
    status: { conditions: finished('Novel', 'True', 'True') },
    resource: { finished: 'PartitionDeleted' },
  },
  {
    why: 'so has a count',
    spec: { mode: 'DryRun' },
    status: { mode: 'DryRun', conditions: finished('Novel', 'True', 'True') },
    resource: { finished: 'DryRunComplete' },
  },
];

for (const { why, spec, status, resource } of rows)
  t.test(why, async (t) => {
    const { parent } = request({ spec: spec as never, status });
    t.same(like(readResource(parent), resource), resource);
  });

t.test('specs that are no objects', async (t) => {
  for (const spec of [undefined, null, 7, 'spec']) {
    const parent = { ...request().parent, spec } as CompositeRequest['parent'];
    t.match(readResource(parent), { spec: undefined, wantsSuspension: false, mode: 'Execute' }, JSON.stringify(spec));
    t.ok(readResource(parent).violations.length > 0);
  }
});

t.test('whether a condition holds', async (t) => {
  t.ok(isTrue({ conditions: finished('x') as never }, 'Finished'));
  t.notOk(isTrue({ conditions: finished('x') as never }, 'Succeeded'), 'it is False');
  t.notOk(isTrue({ conditions: [] }, 'Finished'), 'it is not there');
  t.notOk(isTrue({}, 'Finished'), 'none is');
});
