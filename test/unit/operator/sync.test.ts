import t from 'tap';
import { MODE_LABEL, RESTARTS_ANNOTATION, RUN_LABEL } from '../../../src/api/names.js';
import type { Status } from '../../../src/api/status.js';
import { jobName, runOf } from '../../../src/operator/run-name.js';
import { sync } from '../../../src/operator/sync.js';
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
  stateOf,
  statusAfter,
  UID,
  withRights,
} from '../../support/builders.js';
import { defaultSettings, settingsWith } from '../../support/settings.js';

const NAME = jobName('sample', runOf(UID, 'Execute'));
const DRY_NAME = jobName('sample', runOf(UID, 'DryRun'));
const other = (options: Parameters<typeof observedJob>[0] = {}) =>
  observedJob({ uid: 'other', name: 'other', ...options, metadata: { labels: {}, ...options.metadata } });
const running = observedJob({ account: null, status: jobStatus.running });
const whileRunning = statusAfter(request({}, running));
const whileCancelling = statusAfter(request({ spec: { cancel: true } }, running));
const verified = { jobUID: 'job-1', final: true, outcome: 'PartitionDeleted', verifiedEmpty: true } as const;
const deleted = statusAfter(
  request({ status: whileRunning, report: verified }, observedJob({ status: jobStatus.complete })),
);

const counting = observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.running });
const countDone = observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.complete });
const countReport = {
  mode: 'DryRun',
  jobUID: 'dry',
  final: true,
  outcome: 'DryRunComplete',
  time: '2026-11-23T02:10:29Z',
  progress: { itemsFound: 4000 },
  estimatedWriteUnits: { min: 4000, max: 8000 },
} as const;
const counted = {
  itemsFound: 4000,
  estimatedWriteUnits: { min: 4000, max: 8000 },
  completionTime: '2026-11-23T02:10:30Z',
};
const afterCount = statusAfter(request({ spec: { mode: 'DryRun' }, report: countReport }, countDone));

/** Complete, with our labels, and another command. */
const impostor = (options: Parameters<typeof observedJob>[0] = {}) => {
  const job = observedJob({ uid: 'evil', status: jobStatus.complete, ...options });
  const template = { spec: { containers: [{ name: 'worker', image: 'busybox', command: ['true'] }] } };
  return { ...job, spec: { ...job.spec, template } };
};

interface Row {
  why: string;
  given: Parameters<typeof request>;
  now?: Date;
  settings?: typeof defaultSettings;
  /** Undefined: the status is returned unchanged. */
  state: string | undefined;
  children: string[];
  /** Undefined: the field is not there. */
  status?: { [Field in keyof Status]?: Status[Field] | undefined };
  resync?: number | undefined;
}

const rows: Row[] = [
  {
    why: 'never seen: the Job is built, and built again should it not show',
    given: [{}],
    state: 'Pending',
    children: [NAME],
    status: { job: { name: NAME }, creatingSince: '2026-11-23T02:10:40Z' },
    resync: 30,
  },
  {
    why: 'not seen yet: since when stays',
    given: [{ status: statusAfter(request()) }],
    now: seconds(90),
    state: 'Pending',
    children: [NAME],
    status: { creatingSince: '2026-11-23T02:10:40Z' },
    resync: 30,
  },
  {
    why: 'seen: it is no longer being created',
    given: [{ status: statusAfter(request()) }, observedJob()],
    state: 'Pending',
    children: [NAME],
    status: { creatingSince: undefined },
  },
  {
    why: 'asked to pause before anything was made: nothing is built',
    given: [{ spec: { suspend: true } }],
    state: 'Suspended',
    children: [],
  },
  { why: 'a new Job has an empty status', given: [{}, observedJob()], state: 'Pending', children: [NAME] },
  {
    why: 'a ready pod is a running worker',
    given: [{}, running],
    state: 'Running',
    children: [NAME],
    status: { job: { name: NAME, uid: 'job-1' }, startTime: '2026-11-23T02:10:01Z', restarts: 0 },
  },
  {
    why: 'a worker that was running and whose pod has just ended is still running',
    given: [{ status: whileRunning }, observedJob({ status: jobStatus.podStarting })],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a failed pod without a ready one',
    given: [{}, observedJob({ status: jobStatus.retrying })],
    state: 'Retrying',
    children: [NAME],
  },
  {
    why: 'SuccessCriteriaMet is not the end',
    given: [{ status: whileRunning }, observedJob({ account: null, status: jobStatus.succeeding })],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'FailureTarget is not the end',
    given: [
      { status: whileRunning },
      observedJob({ account: null, status: jobStatus.failing('BackoffLimitExceeded') }),
    ],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a Job suspended by someone else is queued, and left so',
    given: [{}, observedJob({ suspend: true, status: jobStatus.suspended })],
    state: 'Pending',
    children: [NAME],
  },
  // 5. Outcome.
  {
    why: 'Complete, and its report says that it has verified: both together are the proof',
    given: [
      {
        status: whileRunning,
        report: verified,
      },
      observedJob({ status: jobStatus.complete }),
    ],
    state: 'PartitionDeleted',
    children: [NAME],
    status: { verifiedEmpty: true, completionTime: '2026-11-23T02:10:30Z' },
  },
  {
    why: 'Complete without a report is a success without the proof',
    given: [{}, observedJob({ status: jobStatus.complete })],
    state: 'PartitionDeleted',
    children: [NAME],
    status: { verifiedEmpty: undefined, completionTime: '2026-11-23T02:10:30Z' },
  },
  {
    why: 'the report comes after the end, once the Job is gone',
    given: [
      {
        status: statusAfter(request({ status: whileRunning }, observedJob({ status: jobStatus.complete }))),
        report: verified,
      },
    ],
    state: 'PartitionDeleted',
    children: [],
    status: { verifiedEmpty: true, completionTime: '2026-11-23T02:10:30Z' },
  },
  ...(
    [
      [2, 'InvalidTarget'],
      [4, 'GuardRefused'],
      [5, 'TableNotFound'],
      [6, 'AccessDenied'],
      [99, 'WorkerFailed'],
    ] as const
  ).map(([code, state]) => ({
    why: `exit code ${code}`,
    given: [{}, observedJob({ status: jobStatus.exited(code) })] as Row['given'],
    state,
    children: [NAME],
  })),
  {
    why: 'the deadline as Kubernetes names it',
    given: [{}, observedJob({ status: jobStatus.failed('DeadlineExceeded') })],
    state: 'DeadlineExceeded',
    children: [NAME],
  },
  {
    why: 'the backoff limit without a report',
    given: [{}, observedJob({ status: jobStatus.failed('BackoffLimitExceeded') })],
    state: 'BackoffLimitExceeded',
    children: [NAME],
  },
  {
    why: 'the backoff limit yields to the final report of this Job',
    given: [
      { report: { final: true, outcome: 'Incomplete', jobUID: 'job-1' } },
      observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }),
    ],
    state: 'Incomplete',
    children: [NAME],
  },
  {
    why: 'but not to the report of another Job',
    given: [
      { report: { final: true, outcome: 'Incomplete', jobUID: 'job-0' } },
      observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }),
    ],
    state: 'BackoffLimitExceeded',
    children: [NAME],
  },
  {
    why: 'a forged report of success does not end a Job that failed',
    given: [
      { report: { final: true, outcome: 'PartitionDeleted', jobUID: 'job-1' } },
      observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }),
    ],
    state: 'BackoffLimitExceeded',
    children: [NAME],
  },
  {
    why: 'an end is recorded before a cancellation is looked at',
    given: [{ spec: { cancel: true } }, observedJob({ status: jobStatus.complete })],
    state: 'PartitionDeleted',
    children: [NAME],
  },
  // 3. Finished before.
  {
    why: 'a finished run without its Job',
    given: [{ status: deleted }],
    state: 'PartitionDeleted',
    children: [],
    status: { verifiedEmpty: true },
  },
  {
    why: 'a finished run whose spec is broken since',
    given: [{ status: deleted, spec: { backoffLimit: 'many' as never } }],
    state: 'PartitionDeleted',
    children: [],
  },
  {
    why: 'an unfinished Job under a finished status is drained',
    given: [{ status: deleted }, running],
    state: 'PartitionDeleted',
    children: [`${NAME}:suspend`],
    resync: 300,
  },
  {
    why: 'and dropped when it is',
    given: [{ status: deleted }, observedJob({ suspend: true, status: jobStatus.suspended })],
    state: 'PartitionDeleted',
    children: [],
  },
  {
    why: 'without its Job, a final report keeps the run from starting again, but proves nothing',
    given: [
      {
        status: whileRunning,
        report: { jobUID: 'job-1', final: true, outcome: 'PartitionDeleted', time: '2026-11-23T02:10:20Z' },
      },
    ],
    state: 'Unconfirmed',
    children: [],
    status: { completionTime: '2026-11-23T02:10:20Z', verifiedEmpty: undefined },
  },
  {
    why: 'a report of success by a Job that nobody saw neither: it may be forged after a count',
    given: [
      {
        status: afterCount,
        report: { jobUID: 'dry', final: true, outcome: 'PartitionDeleted', verifiedEmpty: true },
      },
    ],
    state: 'Unconfirmed',
    children: [],
    status: { verifiedEmpty: undefined },
  },
  {
    why: 'but one by a Job that has just been asked for is waited for',
    given: [
      {
        status: { mode: 'Execute', job: { name: NAME }, creatingSince: '2026-11-23T02:10:40Z' },
        report: { jobUID: 'x', final: true, outcome: 'PartitionDeleted', verifiedEmpty: true },
      },
    ],
    state: 'Pending',
    children: [],
    status: { verifiedEmpty: undefined, creatingSince: '2026-11-23T02:10:40Z' },
  },
  {
    why: 'nor while paused',
    given: [{ spec: { suspend: true }, report: { jobUID: 'x', final: true, outcome: 'PartitionDeleted' } }],
    state: 'Unconfirmed',
    children: [],
  },
  {
    why: 'a failure that a Job which was seen has reported is the end',
    given: [{ status: whileRunning, report: { jobUID: 'job-1', final: true, outcome: 'TableNotFound' } }],
    state: 'TableNotFound',
    children: [],
  },
  {
    why: 'one that nobody saw ends nothing',
    given: [{ report: { jobUID: 'x', final: true, outcome: 'TableNotFound' } }],
    state: 'Pending',
    children: [NAME],
  },
  {
    why: 'a Job with our labels that runs something else is not ours: busybox true proves nothing',
    given: [{}, impostor({ name: 'foreign' })],
    state: 'Pending',
    children: [NAME],
    status: { verifiedEmpty: undefined },
  },
  {
    why: 'with our name it has to go first',
    given: [{}, impostor()],
    state: 'Pending',
    children: [],
    resync: 30,
  },
  {
    why: 'a Job that a webhook changed is not known as ours: what it did is not done again unasked',
    given: [{ status: statusAfter(request()) }, impostor()],
    state: 'Pending',
    children: [NAME],
    resync: 30,
  },
  {
    why: 'nor once a pause is over',
    given: [{ spec: { suspend: true }, status: statusAfter(request()) }, impostor()],
    state: 'Suspended',
    children: [NAME],
  },
  {
    why: 'a Job that somebody made after the end proves nothing either',
    given: [
      { status: statusAfter(request({ status: whileRunning }, observedJob({ status: jobStatus.exited(4) }))) },
      observedJob({ uid: 'evil', status: jobStatus.complete }),
    ],
    state: 'GuardRefused',
    children: [NAME],
    status: { verifiedEmpty: undefined, job: { name: NAME, uid: 'job-1' } },
  },
  {
    why: 'a message of emojis does not hide that the run has finished',
    given: [
      {
        status: statusAfter(
          request(
            {
              status: whileRunning,
              report: { jobUID: 'job-1', final: true, outcome: 'PartitionDeleted', message: '😀'.repeat(512) },
            },
            observedJob({ status: jobStatus.complete }),
          ),
        ),
      },
    ],
    state: 'PartitionDeleted',
    children: [],
  },
  {
    why: 'a count that was recorded is frozen, whatever its Job reports later',
    given: [
      { spec: { mode: 'DryRun' }, status: afterCount, report: { ...countReport, progress: { itemsFound: 3 } } },
      countDone,
    ],
    state: 'DryRunComplete',
    children: [DRY_NAME],
    status: { dryRun: counted },
  },
  {
    why: 'also when its Job is gone',
    given: [{ spec: { mode: 'DryRun' }, status: afterCount, report: { ...countReport, progress: { itemsFound: 3 } } }],
    state: 'DryRunComplete',
    children: [],
    status: { dryRun: counted },
  },
  {
    why: 'with the Job observed it does not: it can be forged',
    given: [{ report: { final: true, outcome: 'PartitionDeleted', jobUID: 'job-1' } }, running],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a report that is not final ends nothing',
    given: [{ report: { final: false } }],
    state: 'Pending',
    children: [NAME],
  },
  { why: 'a broken report is no report', given: [{ report: '{"final": tru' }], state: 'Pending', children: [NAME] },
  // 4. Restored.
  {
    why: 'a report of another uid: restored or copied',
    given: [{ report: { parentUID: 'someone-else', final: true } }],
    state: 'Restored',
    children: [],
  },
  {
    why: 'but not beside a Job of this run',
    given: [{ report: { parentUID: 'someone-else' } }, running],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a run that has finished is not Restored',
    given: [{ report: { parentUID: 'someone-else' }, status: deleted }],
    state: 'PartitionDeleted',
    children: [],
  },
  // 2. Other Jobs.
  {
    why: 'a Job without our label is drained, and none is built beside it',
    given: [{}, other({ status: jobStatus.running })],
    state: 'Pending',
    children: ['other:suspend'],
    resync: 30,
  },
  {
    why: 'a suspended and drained one is dropped first',
    given: [{}, other({ suspend: true, status: jobStatus.suspended })],
    state: 'Pending',
    children: [],
  },
  {
    why: 'a finished one is in nobody’s way',
    given: [{}, other({ status: jobStatus.complete })],
    state: 'Pending',
    children: [NAME],
  },
  {
    why: 'five minutes after its Suspended transition it is dropped undrained',
    given: [
      { status: { drainingSince: '2026-11-23T02:10:25Z' } },
      other({ suspend: true, status: jobStatus.suspendedDraining }),
    ],
    now: new Date('2026-11-23T02:15:30Z'),
    state: 'Pending',
    children: [],
    status: { drainingSince: '2026-11-23T02:10:25Z' },
  },
  {
    why: 'a clock that is far ahead does not drop it at once: the limit counts from what it recorded itself',
    given: [{ spec: { cancel: true } }, observedJob({ suspend: true, status: jobStatus.suspendedDraining })],
    now: new Date('2026-11-23T02:25:30Z'),
    state: 'Cancelling',
    children: [`${NAME}:suspend`],
    resync: 300,
  },
  {
    why: 'the annotation counts restarts up to the largest number, and a restart beyond it is possible',
    given: [{ status: { ...whileRunning, restarts: 2147483647 } }],
    state: 'Restarting',
    children: [],
    status: { restart: { notBefore: '2026-11-23T02:15:40Z', ordinal: 2147483647 } },
  },
  {
    why: 'an own Job runs on beside another that drains',
    given: [{}, running, other({ status: jobStatus.running })],
    state: 'Running',
    children: [NAME, 'other:suspend'],
  },
  // 6. Cancel.
  {
    why: 'cancelled while the recorded Job is not seen: it may be there, or its pod still stopping',
    given: [{ spec: { cancel: true }, status: whileRunning }],
    state: 'Cancelling',
    children: [],
    status: { drainingSince: '2026-11-23T02:10:40Z' },
    resync: 60,
  },
  {
    why: 'and then it is over',
    given: [{ spec: { cancel: true }, status: statusAfter(request({ spec: { cancel: true }, status: whileRunning })) }],
    now: seconds(60),
    state: 'Cancelled',
    children: [],
    status: { drainingSince: undefined },
  },
  {
    why: 'nothing ran',
    given: [{ spec: { cancel: true } }],
    state: 'Cancelled',
    children: [],
    status: { completionTime: '2026-11-23T02:10:40Z' },
  },
  {
    why: 'a running Job drains',
    given: [{ spec: { cancel: true } }, running],
    state: 'Cancelling',
    children: [`${NAME}:suspend`],
    resync: 300,
  },
  {
    why: 'suspended but with a pod on its way out',
    given: [{ spec: { cancel: true } }, observedJob({ suspend: true, status: jobStatus.suspendedDraining })],
    state: 'Cancelling',
    children: [`${NAME}:suspend`],
  },
  {
    why: 'a just-suspended Job shows its old counts',
    given: [{ spec: { cancel: true } }, observedJob({ suspend: true, status: jobStatus.running })],
    state: 'Cancelling',
    children: [`${NAME}:suspend`],
  },
  {
    why: 'a new Job has an empty status and is not drained',
    given: [{ spec: { cancel: true } }, observedJob({ suspend: true })],
    state: 'Cancelling',
    children: [`${NAME}:suspend`],
  },
  {
    why: 'drained: the Job goes once that stands in the status',
    given: [
      { spec: { cancel: true }, status: whileCancelling },
      observedJob({ suspend: true, status: jobStatus.suspended }),
    ],
    state: 'Cancelled',
    children: [`${NAME}:suspend`],
    status: { job: { name: NAME, uid: 'job-1' } },
    resync: 1,
  },
  {
    why: 'and then it goes',
    given: [
      {
        spec: { cancel: true },
        status: statusAfter(
          request(
            { spec: { cancel: true }, status: whileCancelling },
            observedJob({ suspend: true, status: jobStatus.suspended }),
          ),
        ),
      },
      observedJob({ suspend: true, status: jobStatus.suspended }),
    ],
    state: 'Cancelled',
    children: [],
  },
  // 7. Policy.
  {
    why: 'a forbidden service account',
    given: [{ spec: { serviceAccountName: 'admin' } }],
    state: 'PolicyViolation',
    children: [],
    resync: 300,
  },
  {
    why: 'settings that changed under a running Job',
    given: [{}, running],
    settings: settingsWith({ allowedTables: [] }),
    state: 'Running',
    children: [NAME],
    resync: 300,
  },
  {
    why: 'a spec that the schema refuses, where nothing runs',
    given: [{ spec: { ddbCtlDpJob: { tableName: '!', partitionValue: 'x' } } }],
    state: 'InvalidTarget',
    children: [],
  },
  {
    why: 'a mode that a newer version knows, where nothing runs',
    given: [{ spec: { mode: 'Verify' as never } }],
    state: 'UnsupportedSpec',
    children: [],
  },
  {
    why: 'an unknown field, where nothing runs',
    given: [{ spec: { dryRun: true } }],
    state: 'UnsupportedSpec',
    children: [],
  },
  {
    why: 'an unknown field, beside a Job',
    given: [{ spec: { dryRun: true } }, running],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a spec that the schema refuses, beside a Job',
    given: [{ spec: { backoffLimit: 99 } }, running],
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'no spec at all',
    given: [{ spec: { ddbCtlDpJob: undefined as never } }],
    state: 'InvalidTarget',
    children: [],
  },
  // 8. Suspend and resume.
  {
    why: 'asked to pause',
    given: [{ spec: { suspend: true } }, running],
    state: 'Suspending',
    children: [`${NAME}:suspend`],
  },
  {
    why: 'paused',
    given: [{ spec: { suspend: true } }, observedJob({ suspend: true, status: jobStatus.suspended })],
    state: 'Suspended',
    children: [`${NAME}:suspend`],
  },
  {
    why: 'resumed: our answer no longer says suspend',
    given: [
      {
        status: statusAfter(
          request({ spec: { suspend: true } }, observedJob({ suspend: true, status: jobStatus.suspended })),
        ),
      },
      observedJob({ suspend: true, status: jobStatus.suspended }),
    ],
    state: 'Pending',
    children: [NAME],
  },
  {
    why: 'policy holds a resumption back',
    given: [
      {
        status: statusAfter(
          request({ spec: { suspend: true } }, observedJob({ suspend: true, status: jobStatus.suspended })),
        ),
      },
      observedJob({ suspend: true, status: jobStatus.suspended }),
    ],
    settings: settingsWith({ allowedRegions: ['eu-*'] }),
    state: 'Suspended',
    children: [`${NAME}:suspend`],
  },
  // 9. Lost.
  {
    why: 'a recorded Job that is gone: first only the record',
    given: [{ status: whileRunning }],
    state: 'Restarting',
    children: [],
    status: { job: { name: NAME }, restart: { notBefore: '2026-11-23T02:11:40Z', ordinal: 1 } },
    resync: 60,
  },
  {
    why: 'the time is not over',
    given: [{ status: statusAfter(request({ status: whileRunning })) }],
    now: seconds(59),
    state: 'Restarting',
    children: [],
    resync: 1,
  },
  {
    why: 'the time is over: the same name again',
    given: [{ status: statusAfter(request({ status: whileRunning })) }],
    now: seconds(60),
    state: 'Restarting',
    children: [NAME],
    status: { restart: { notBefore: '2026-11-23T02:11:40Z', ordinal: 1 } },
  },
  {
    why: 'a record further ahead than any delay is replaced',
    given: [
      { status: { ...whileRunning, job: { name: NAME }, restart: { notBefore: '2099-01-01T00:00:00Z', ordinal: 2 } } },
    ],
    state: 'Restarting',
    children: [],
    status: { restart: { notBefore: '2026-11-23T02:12:40Z', ordinal: 2 } },
  },
  {
    why: 'a lost Job stays lost while paused, and its pod may be stopping',
    given: [{ status: whileRunning, spec: { suspend: true } }],
    state: 'Suspending',
    children: [],
    status: { job: { name: NAME, uid: 'job-1' } },
    resync: 60,
  },
  {
    why: 'and is said to be paused once it has had the time to stop',
    given: [
      {
        status: statusAfter(request({ status: whileRunning, spec: { suspend: true } })),
        spec: { suspend: true },
      },
    ],
    now: new Date(NOW.getTime() + 60_000),
    state: 'Suspended',
    children: [],
    status: { job: { name: NAME, uid: 'job-1' } },
  },
  {
    why: 'restarts come from the Job',
    given: [{}, observedJob({ account: null, restarts: 3, status: jobStatus.running })],
    state: 'Running',
    children: [NAME],
    status: { restarts: 3 },
  },
  // 10. Slow start.
  {
    why: 'a pod that is not ready after two minutes',
    given: [{}, observedJob({ status: jobStatus.podStarting })],
    now: new Date('2026-11-23T02:12:01Z'),
    state: 'Pending',
    children: [NAME],
  },
  // DryRun and its approval.
  {
    why: "approved before the count's Job is seen: not beside it, but after two looks",
    given: [{ spec: { mode: 'Execute' }, status: statusAfter(request({ spec: { mode: 'DryRun' } })) }],
    state: 'Restarting',
    children: [],
    status: { mode: 'Execute', restart: { notBefore: '2026-11-23T02:11:40Z', ordinal: 1 } },
    resync: 60,
  },
  {
    why: 'REQUIRE_DRY_RUN: an Execute that nobody counted',
    given: [{ spec: { mode: 'Execute' } }],
    settings: settingsWith({ requireDryRun: true }),
    state: 'PolicyViolation',
    children: [],
  },
  {
    why: "REQUIRE_DRY_RUN: approved before the count's Job is seen",
    given: [{ spec: { mode: 'Execute' }, status: statusAfter(request({ spec: { mode: 'DryRun' } })) }],
    settings: settingsWith({ requireDryRun: true }),
    state: 'PolicyViolation',
    children: [],
  },
  {
    why: 'REQUIRE_DRY_RUN: approved before the count has ended: it is waited for',
    given: [
      { spec: { mode: 'Execute' }, status: statusAfter(request({ spec: { mode: 'DryRun' } }, counting)) },
      counting,
    ],
    settings: settingsWith({ requireDryRun: true }),
    state: 'Pending',
    children: [DRY_NAME],
  },
  {
    why: 'REQUIRE_DRY_RUN: an approved count',
    given: [{ spec: { mode: 'Execute' }, status: afterCount }],
    settings: settingsWith({ requireDryRun: true }),
    state: 'Pending',
    children: [NAME],
    status: { mode: 'Execute', dryRun: counted },
  },
  {
    why: 'REQUIRE_DRY_RUN: a run that had begun before continues',
    given: [{}, running],
    settings: settingsWith({ requireDryRun: true }),
    state: 'Running',
    children: [NAME],
  },
  {
    why: 'a count is a run of its own',
    given: [{ spec: { mode: 'DryRun' } }],
    state: 'Pending',
    children: [DRY_NAME],
    status: { mode: 'DryRun' },
  },
  {
    why: 'counted, with a report',
    given: [{ spec: { mode: 'DryRun' }, report: countReport }, countDone],
    state: 'DryRunComplete',
    children: [DRY_NAME],
    status: { mode: 'DryRun', dryRun: counted },
  },
  {
    why: 'counted, without a report: the outcome is from the Job, the count is in the log',
    given: [{ spec: { mode: 'DryRun' } }, countDone],
    state: 'DryRunComplete',
    children: [DRY_NAME],
    status: { dryRun: { completionTime: '2026-11-23T02:10:30Z' } },
  },
  {
    why: 'a late report of a count whose Job is gone is taken over',
    given: [
      {
        spec: { mode: 'DryRun' },
        report: countReport,
        status: statusAfter(request({ spec: { mode: 'DryRun' } }, countDone)),
      },
    ],
    state: 'DryRunComplete',
    children: [],
    status: { dryRun: counted },
  },
  {
    why: 'approved after the count: its Job goes, the deletion starts, and the count stays',
    given: [{ spec: { mode: 'Execute' }, report: countReport, status: afterCount }, countDone],
    state: 'Pending',
    children: [NAME],
    status: { mode: 'Execute', dryRun: counted },
  },
  {
    why: 'approved before the count has ended: it goes on',
    given: [{ spec: { mode: 'Execute' } }, counting],
    state: 'Pending',
    children: [DRY_NAME],
    status: { mode: 'Execute' },
  },
  {
    why: 'approved early, and the count has ended: its outcome is taken with the first answer of the deletion',
    given: [{ spec: { mode: 'Execute' }, report: countReport }, countDone],
    state: 'Pending',
    children: [NAME],
    status: { mode: 'Execute', dryRun: counted },
  },
  {
    why: 'the answer that recorded it was lost: the report still tells',
    given: [{ spec: { mode: 'Execute' }, status: { seenJobs: [{ mode: 'DryRun', uid: 'dry' }] }, report: countReport }],
    state: 'Pending',
    children: [NAME],
    status: { dryRun: { ...counted, completionTime: '2026-11-23T02:10:29Z' } },
  },
  {
    why: 'approved early, and the count failed: nothing was counted, what was asked for is done',
    given: [{ spec: { mode: 'Execute' } }, observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.exited(3) })],
    state: 'Pending',
    children: [NAME],
  },
  {
    why: 'approved early and paused: the count is paused',
    given: [{ spec: { mode: 'Execute', suspend: true } }, counting],
    state: 'Suspending',
    children: [`${DRY_NAME}:suspend`],
  },
  {
    why: 'approved early and cancelled: the count is drained',
    given: [{ spec: { mode: 'Execute', cancel: true } }, counting],
    state: 'Cancelling',
    children: [`${DRY_NAME}:suspend`],
  },
  {
    why: 'a count beside a deletion that was already seen (a stale approval) is drained',
    given: [{ status: whileRunning }, running, counting],
    state: 'Running',
    children: [NAME, `${DRY_NAME}:suspend`],
  },
  // TTL.
  {
    why: 'kept until its time is over',
    given: [{ spec: { ttlSecondsAfterFinished: 660 }, status: deleted }, observedJob({ status: jobStatus.complete })],
    state: 'PartitionDeleted',
    children: [NAME],
    resync: 650,
  },
  {
    why: 'and for ten minutes at least',
    given: [{ spec: { ttlSecondsAfterFinished: 0 }, status: deleted }, observedJob({ status: jobStatus.complete })],
    now: seconds(599),
    state: 'PartitionDeleted',
    children: [NAME],
    resync: 1,
  },
  {
    why: 'then no longer returned',
    given: [{ spec: { ttlSecondsAfterFinished: 660 }, status: deleted }, observedJob({ status: jobStatus.complete })],
    now: seconds(650),
    state: 'PartitionDeleted',
    children: [],
  },
  {
    why: 'never before the outcome stands in the status',
    given: [{ spec: { ttlSecondsAfterFinished: 0 } }, observedJob({ status: jobStatus.complete })],
    now: seconds(3600),
    state: 'PartitionDeleted',
    children: [NAME],
    resync: 600,
  },
  {
    why: 'also of a Job that ended long before anybody could record it',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 0 },
        status: statusAfter(request({}, observedJob({ status: jobStatus.complete })), seconds(3600)),
      },
      observedJob({ status: jobStatus.complete }),
    ],
    now: seconds(3601),
    state: 'PartitionDeleted',
    children: [NAME],
    resync: 599,
  },
  // Deletion.
  {
    why: 'a parent that is being deleted builds nothing',
    given: [{ metadata: { deletionTimestamp: '2026-11-23T02:10:39Z' } }],
    state: undefined,
    children: [],
  },
  {
    why: 'its Job and others are paused until they have drained',
    given: [{ metadata: { deletionTimestamp: '2026-11-23T02:10:32Z' } }, running, other({ status: jobStatus.running })],
    state: undefined,
    children: [`${NAME}:suspend`, 'other:suspend'],
    resync: 292,
  },
  {
    why: 'and gone when they have',
    given: [
      { metadata: { deletionTimestamp: '2026-11-23T02:10:32Z' } },
      observedJob({ suspend: true, status: jobStatus.suspended }),
    ],
    state: undefined,
    children: [],
    resync: undefined,
  },
];

t.test('a resource that is being deleted: the rights of a worker stay until its Job has drained', async (t) => {
  const metadata = { deletionTimestamp: '2026-11-23T02:10:32Z' };
  const rightsBeside = (job: typeof running) =>
    rightsIn(sync(withRights(request({ metadata }, job), ownBearer()), defaultSettings, NOW));
  const atWork = observedJob({ status: jobStatus.running });
  t.same(rightsBeside(atWork), ['ServiceAccount', 'Role', `RoleBinding to ${NAME}`]);
  t.same(rightsBeside(observedJob({ suspend: true, status: jobStatus.suspended })), []);
});

for (const { why, given, now = NOW, settings = defaultSettings, state, children, status, ...rest } of rows) {
  t.test(`${state}: ${why}`, async (t) => {
    const asked = request(...given);
    const response = sync(asked, settings, now);
    t.equal(stateOf(response), state);
    t.same(childrenOf(response), children);
    if (status) t.match(response.status, status);
    if ('resync' in rest) t.equal(response.resyncAfterSeconds, rest.resync);
    for (const [, job] of Object.entries(asked.children['Job.batch/v1'])) {
      const child = jobsIn(response).find(({ metadata }) => metadata.name === job.metadata.name);
      if (child) t.same(child.spec.template, job.spec.template, 'an observed template is returned verbatim');
    }
    const again = structuredClone(asked);
    again.parent.status = JSON.parse(JSON.stringify(response.status)) as Status;
    t.same(sync(again, settings, now).status, response.status, 'fed back, the status is a fixed point');
  });
}

t.test('a Job that somebody else suspended is looked at twice before Cancelled', async (t) => {
  const suspended = observedJob({ suspend: true, status: jobStatus.suspended });
  const first = sync(request({ spec: { cancel: true } }, suspended), defaultSettings, NOW);
  t.equal(stateOf(first), 'Cancelling');
  t.same(childrenOf(first), [`${NAME}:suspend`]);
  t.equal(first.resyncAfterSeconds, 1);
  const second = sync(request({ spec: { cancel: true }, status: first.status }, suspended), defaultSettings, NOW);
  t.equal(stateOf(second), 'Cancelled');
});

t.test('a Job of ours', async (t) => {
  const [job] = jobsIn(sync(request(), defaultSettings, NOW));
  t.match(job?.metadata, {
    name: NAME,
    namespace: 'default',
    labels: { [RUN_LABEL]: runOf(UID, 'Execute'), [MODE_LABEL]: 'Execute' },
    annotations: { [RESTARTS_ANNOTATION]: '0' },
  });
  t.ok(NAME.length <= 57);
  t.notMatch(JSON.stringify(job?.spec.template), /"command"/, 'the image decides what runs');
  t.equal(job?.spec.ttlSecondsAfterFinished, 2147483647, 'a Job never goes before its outcome is recorded');
});

t.test('names', async (t) => {
  const long = jobName(`${'a.'.repeat(120)}z`, '0123456789');
  t.equal(long.length <= 57, true);
  t.match(long, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
  t.notMatch(long, /--0123456789$/, 'no dash doubles at the cut');
  t.not(runOf(UID, 'Execute'), runOf(UID, 'DryRun'));
  t.match(DRY_NAME, /^sample-[0-9a-f]{10}$/);
});

t.test('a Job in another namespace is never answered', async (t) => {
  const foreign = observedJob({ account: null, status: jobStatus.running, metadata: { namespace: 'kube-system' } });
  t.throws(() => sync(request({}, foreign), defaultSettings, NOW), /not in namespace default/);
});

t.test('lastTransitionTime moves only when a status flips', async (t) => {
  const first = sync(request(), defaultSettings, NOW);
  const later = sync(request({ status: first.status }, running), defaultSettings, seconds(60));
  for (const { type, lastTransitionTime } of later.status.conditions ?? [])
    t.equal(lastTransitionTime, '2026-11-23T02:10:40Z', type);
  const done = sync(
    request({ status: later.status }, observedJob({ status: jobStatus.complete })),
    defaultSettings,
    seconds(90),
  );
  t.match(done.status.conditions, [
    { type: 'Finished', status: 'True', lastTransitionTime: '2026-11-23T02:12:10Z' },
    { type: 'Succeeded', status: 'True', lastTransitionTime: '2026-11-23T02:12:10Z' },
    { type: 'Suspended', status: 'False', lastTransitionTime: '2026-11-23T02:10:40Z' },
    { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-23T02:12:10Z' },
  ]);
});

t.test('a Job that does not appear is said to be missing after two minutes', async (t) => {
  const asked = statusAfter(request());
  const messageAt = (status: Status, now: Date) =>
    sync(request({ status }), defaultSettings, now).status.conditions?.[0]?.message;
  t.match(messageAt(asked, seconds(119)), /^Creating the Job/);
  const missing = `Job ${NAME} has not appeared since`;
  t.match(
    messageAt(asked, seconds(120)),
    `${missing} 2026-11-23T02:10:40Z: see kubectl describe ddp sample -n default`,
  );
  // A lost Job that cannot be created again waits from the moment of the attempt.
  const due = { ...whileRunning, job: { name: NAME }, restart: { notBefore: '2026-11-23T02:10:40Z', ordinal: 1 } };
  t.match(messageAt(due, NOW), /^Creating the Job again \(restart 1\)/);
  const again = statusAfter(request({ status: due }));
  t.match(messageAt(again, seconds(120)), `${missing} 2026-11-23T02:10:40Z`);
});

t.test('a message counts restarts in English', async (t) => {
  for (const ordinal of [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111]) {
    const lost = { ...whileRunning, restarts: ordinal - 1 };
    const recorded = sync(request({ status: lost }), defaultSettings, NOW);
    const text = `restart ${ordinal} is scheduled for ${recorded.status.restart?.notBefore}`;
    t.equal(recorded.status.conditions?.[0]?.message, `Job ${NAME} is gone; ${text}`);
    const made = sync(withRights(request({ status: recorded.status }), ownBearer()), defaultSettings, seconds(300));
    t.equal(made.status.conditions?.[0]?.message, `Creating the Job again (restart ${ordinal})`);
  }
});

t.test('a recorded proof keeps its message although the report is gone', async (t) => {
  const complete = observedJob({ status: jobStatus.complete });
  const message = 'The partition is deleted, and a consistent read found nothing left';
  const { status } = sync(request({ status: deleted }, complete), defaultSettings, NOW);
  t.equal(status.verifiedEmpty, true);
  t.equal(status.conditions?.[0]?.message, message);
});

t.test('of a pod that may live on it is said once', async (t) => {
  const hanging = observedJob({ suspend: true, status: jobStatus.suspendedDraining });
  let status = statusAfter(request({ spec: { cancel: true } }, hanging));
  status = statusAfter(request({ spec: { cancel: true }, status }, hanging), seconds(600));
  for (const now of [seconds(601), seconds(602)]) {
    status = statusAfter(request({ spec: { cancel: true }, status }, hanging), now);
    t.equal(status.conditions?.[0]?.message.split(`the pod of Job ${NAME}`).length, 2);
  }
});

t.test('a message is cut to what the API server takes', async (t) => {
  const allowed = settingsWith({ allowedTables: [] });
  const table = 'T'.repeat(255);
  const { status } = sync(
    request({
      spec: {
        ddbCtlDpJob: { tableName: table, partitionValue: 'x' },
        serviceAccountName: `a${'b'.repeat(252)}`,
        priorityClassName: 'c'.repeat(253),
        labels: { ['d'.repeat(300)]: 'x' },
      },
    }),
    allowed,
    NOW,
  );
  for (const { message } of status.conditions ?? []) t.equal([...message].length, 1024);
});

t.test('a broken status is ignored field by field', async (t) => {
  const broken = {
    ...whileRunning,
    restarts: 'many',
    progress: 7,
    conditions: [...(whileRunning.conditions ?? []), { type: 'Nonsense' }, null],
    job: whileRunning.job,
    surplus: { of: 'something' },
  };
  const { status } = sync(request({ status: broken }, running), defaultSettings, NOW);
  t.same(status, whileRunning);
});
