import fc from 'fast-check';
import type { TableFault } from '../models/cluster/partition.js';

/** What users and faults do, as plain JSON, so that a failing history can be printed as a test case. All times are in seconds. */
export type Action =
  | { do: 'suspend'; value: boolean }
  | { do: 'cancel' }
  | { do: 'approve' }
  | {
      do: 'edit';
      field: 'removeMode' | 'dryRun' | 'uncancel' | 'target' | 'backoffLimit' | 'caps' | 'deadline' | 'label';
    }
  | { do: 'ttl'; seconds: number }
  | { do: 'deleteJob'; propagation: 'Background' | 'Foreground' | 'Orphan' }
  | { do: 'deletePod'; force: boolean }
  | { do: 'killWorker' }
  /** A quota or a policy refuses new objects of this kind. */
  | { do: 'refuse'; kind: 'Job' | 'Pod'; seconds: number }
  /** A policy refuses what workers patch, although they have the right. */
  | { do: 'refuseWorkers'; seconds: number }
  | { do: 'sidecar'; what: 'keeps' | 'unready' }
  /** Somebody's janitor deletes what has finished, after so many seconds. */
  | { do: 'janitor'; kind: 'Job' | 'Pod'; seconds: number }
  | { do: 'changeSecret' }
  /** Another resource for the same partition. */
  | { do: 'second'; mode: 'Execute' | 'DryRun' }
  /** A second replica answers as well: its clock is so many seconds ahead, or it is of an old version. */
  | { do: 'replica'; skew: number; old: boolean }
  | { do: 'deleteParent'; propagation: 'Background' | 'Foreground' | 'Orphan' }
  | { do: 'recreateParent' }
  | { do: 'restore'; kind: 'copy' | 'new uid' | 'Velero' | 'same uid'; age: number; withStatus: boolean }
  | { do: 'removeReport' }
  | {
      do: 'forgeReport';
      what:
        | 'deleted'
        | 'unseen deleted'
        | 'failed'
        | 'counted'
        | 'target'
        | 'later'
        | 'other uid'
        | 'running'
        | 'garbage'
        | 'broken fields'
        | 'huge';
    }
  | {
      do: 'forgeStatus';
      what: 'finished' | 'running' | 'restart' | 'draining' | 'job' | 'empty' | 'garbage' | 'huge' | 'target';
    }
  | { do: 'oldSpec'; what: 'mode' | 'table' | 'empty' | 'unknown' }
  | {
      do: 'foreignJob';
      what: 'our run' | 'our name' | 'other target' | 'other run' | 'no label' | 'not adopted' | 'suspended';
    }
  | {
      do: 'meddle';
      what: 'suspend' | 'resume' | 'lastApplied' | 'badLastApplied' | 'runLabel' | 'selectorLabel' | 'restarts';
    }
  | { do: 'outage'; kind: 'refused' | '500' | '429'; seconds: number }
  | { do: 'loseAnswers'; count: number }
  | { do: 'repeat' }
  | { do: 'failStatusWrites'; seconds: number }
  | { do: 'staleParents'; seconds: number }
  | { do: 'staleJobs'; seconds: number }
  /** `listAge`: how old the first list of parents is. */
  | { do: 'restartMetacontroller'; listAge?: number }
  | { do: 'jobTTL'; seconds: number }
  /** A webhook that gives new Jobs one variable twice comes or goes. */
  | { do: 'doubleVariable'; value: boolean }
  | { do: 'upgrade' }
  | { do: 'policy'; allowed: boolean }
  | { do: 'clock'; seconds: number }
  | { do: 'loseNode'; seconds: number; then: 'returns' | 'is removed' }
  | { do: 'tableFault'; kind: TableFault; seconds: number }
  | { do: 'newTable' }
  | { do: 'write'; items: number }
  | { do: 'permission'; value: boolean }
  /** Kueue's quota is gone for a while; an eviction also takes it from who has it. */
  | { do: 'kueue'; what: 'evict' | 'full'; seconds: number }
  /** Metacontroller lacks what it would grant. */
  | { do: 'refuseRights'; seconds: number }
  | { do: 'takeRights'; what: 'ServiceAccount' | 'Role' | 'RoleBinding' | 'change' | 'share' };

export interface Command {
  /** Seconds after the one before. */
  after: number;
  action: Action;
}

export interface HistoryPlan {
  seed: number;
  mode: 'Execute' | 'DryRun' | 'absent';
  /** False: the operator grants workers no rights, and they get no token. */
  permission: boolean;
  /** Whether the resource names a service account. */
  named?: boolean;
  /** Whether its Jobs go to a queue of Kueue's. */
  queued?: boolean;
  /** Whether the partition's value is that of a Secret. */
  secret?: boolean;
  items: number;
  /** Seconds between two batches. */
  pace: number;
  ttl: number | undefined;
  deadline: number | undefined;
  backoffLimit: number;
  suspended: boolean;
  commands: Command[];
}

const pick = <const T extends readonly string[]>(...values: T) => fc.constantFrom<T[number]>(...values);
const seconds = (from: number, to: number) => fc.integer({ min: from, max: to });

const action = (name: Action['do'], fields: object = {}): fc.Arbitrary<Action> =>
  fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Action>;

const propagation = pick('Background', 'Foreground', 'Orphan');

/** Each with its weight: the five kinds that must occur in a hundred of a thousand histories are frequent. */
const ACTIONS: readonly { weight: number; arbitrary: fc.Arbitrary<Action> }[] = [
  { weight: 6, arbitrary: action('suspend', { value: fc.boolean() }) },
  { weight: 4, arbitrary: action('cancel') },
  { weight: 5, arbitrary: action('approve') },
  {
    weight: 2,
    arbitrary: action('edit', {
      field: pick('removeMode', 'dryRun', 'uncancel', 'target', 'backoffLimit', 'caps', 'deadline', 'label'),
    }),
  },
  { weight: 2, arbitrary: action('ttl', { seconds: fc.constantFrom(0, 30, 600) }) },
  { weight: 7, arbitrary: action('deleteJob', { propagation }) },
  { weight: 4, arbitrary: action('deletePod', { force: fc.boolean() }) },
  { weight: 3, arbitrary: action('killWorker') },
  { weight: 2, arbitrary: action('refuse', { kind: pick('Job', 'Pod'), seconds: seconds(1, 300) }) },
  { weight: 1, arbitrary: action('refuseWorkers', { seconds: seconds(1, 200) }) },
  { weight: 2, arbitrary: action('sidecar', { what: pick('keeps', 'unready') }) },
  { weight: 1, arbitrary: action('janitor', { kind: pick('Job', 'Pod'), seconds: fc.constantFrom(0, 5, 60) }) },
  { weight: 2, arbitrary: action('changeSecret') },
  { weight: 2, arbitrary: action('second', { mode: pick('Execute', 'DryRun') }) },
  { weight: 3, arbitrary: action('replica', { skew: fc.constantFrom(0, 2, 15, -15), old: fc.boolean() }) },
  { weight: 4, arbitrary: action('deleteParent', { propagation }) },
  { weight: 2, arbitrary: action('recreateParent') },
  {
    weight: 8,
    arbitrary: action('restore', {
      kind: pick('copy', 'new uid', 'Velero', 'same uid'),
      age: fc.integer({ min: 0, max: 9 }),
      withStatus: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: action('removeReport') },
  {
    weight: 9,
    arbitrary: action('forgeReport', {
      what: pick(
        'deleted',
        'unseen deleted',
        'failed',
        'counted',
        'target',
        'later',
        'other uid',
        'running',
        'garbage',
        'broken fields',
        'huge',
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: action('forgeStatus', {
      what: pick('finished', 'running', 'restart', 'draining', 'job', 'empty', 'garbage', 'huge', 'target'),
    }),
  },
  { weight: 1, arbitrary: action('oldSpec', { what: pick('mode', 'table', 'empty', 'unknown') }) },
  {
    weight: 3,
    arbitrary: action('foreignJob', {
      what: pick('our run', 'our name', 'other target', 'other run', 'no label', 'not adopted', 'suspended'),
    }),
  },
  {
    weight: 4,
    arbitrary: action('meddle', {
      what: pick('suspend', 'resume', 'lastApplied', 'badLastApplied', 'runLabel', 'selectorLabel', 'restarts'),
    }),
  },
  { weight: 4, arbitrary: action('outage', { kind: pick('refused', '500', '429'), seconds: seconds(1, 400) }) },
  { weight: 9, arbitrary: action('loseAnswers', { count: seconds(1, 4) }) },
  { weight: 3, arbitrary: action('repeat') },
  { weight: 3, arbitrary: action('failStatusWrites', { seconds: seconds(1, 120) }) },
  { weight: 7, arbitrary: action('staleParents', { seconds: seconds(1, 120) }) },
  { weight: 6, arbitrary: action('staleJobs', { seconds: seconds(1, 120) }) },
  { weight: 4, arbitrary: action('restartMetacontroller', { listAge: fc.constantFrom(0, 1, 3, 5) }) },
  { weight: 2, arbitrary: action('jobTTL', { seconds: fc.constantFrom(0, 5, 60) }) },
  { weight: 2, arbitrary: action('doubleVariable', { value: fc.boolean() }) },
  { weight: 3, arbitrary: action('upgrade') },
  { weight: 3, arbitrary: action('policy', { allowed: fc.boolean() }) },
  { weight: 2, arbitrary: action('clock', { seconds: fc.constantFrom(-600, -40, -2, 2, 40, 600) }) },
  {
    weight: 24,
    arbitrary: action('loseNode', {
      seconds: fc.constantFrom(10, 50, 120, 400, 1200),
      then: pick('returns', 'is removed'),
    }),
  },
  {
    weight: 3,
    arbitrary: action('tableFault', {
      kind: pick('TableNotFound', 'AccessDenied', 'Throttled', 'Crash', 'Unreachable', 'NoCredentials'),
      seconds: seconds(1, 900),
    }),
  },
  { weight: 1, arbitrary: action('newTable') },
  { weight: 4, arbitrary: action('write', { items: seconds(1, 4) }) },
  { weight: 1, arbitrary: action('permission', { value: fc.boolean() }) },
  { weight: 2, arbitrary: action('kueue', { what: pick('evict', 'full'), seconds: seconds(1, 120) }) },
  { weight: 2, arbitrary: action('refuseRights', { seconds: seconds(1, 200) }) },
  {
    weight: 4,
    arbitrary: action('takeRights', { what: pick('ServiceAccount', 'Role', 'RoleBinding', 'change', 'share') }),
  },
];

const command: fc.Arbitrary<Command> = fc.record({
  after: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }).map((tenths) => tenths / 10) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 45 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 500 }) },
  ),
  action: fc.oneof(...ACTIONS),
});

export const historyPlan: fc.Arbitrary<HistoryPlan> = fc.record({
  seed: fc.nat({ max: 0xffff }),
  mode: fc.oneof(
    { weight: 3, arbitrary: fc.constant('absent' as const) },
    { weight: 2, arbitrary: fc.constant('Execute' as const) },
    { weight: 2, arbitrary: fc.constant('DryRun' as const) },
  ),
  permission: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  named: fc.boolean(),
  queued: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  secret: fc.constantFrom(false, false, true),
  items: fc.integer({ min: 0, max: 30 }),
  pace: fc.constantFrom(1, 2, 4),
  ttl: fc.constantFrom(undefined, undefined, undefined, 0, 30, 600),
  deadline: fc.constantFrom(undefined, undefined, undefined, undefined, 20, 300),
  backoffLimit: fc.constantFrom(3, 3, 0, 1),
  suspended: fc.constantFrom(false, false, false, false, true),
  commands: fc.array(command, { minLength: 1, maxLength: 14, size: 'max' }),
});
