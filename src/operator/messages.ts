import type { FinishedState } from '../api/states.js';
import { meaningOf } from '../api/states.js';
import { formatTime } from './time.js';

/**
 * Every sentence that a condition can show, except the meanings of final states, which are in the table of states, and the
 * objections of the policy and the schema to a spec. `{name}` is a parameter. docs/runbook.md quotes every one of them, under its state.
 */
export const MESSAGES = {
  // Pending
  jobIsCreated: 'Creating the Job',
  jobIsAuthorized: 'Creating Job {job} and, before it, the Role and RoleBinding by which its worker may report',
  jobIsStarting: 'Waiting for the pod of Job {job} to start',
  jobIsQueued: 'Job {job} is suspended: waiting for it to be admitted (for example by Kueue) or resumed',
  jobIsInQueue: 'Waiting in queue {queue}: Job {job} is not admitted yet',
  reportedJobIsNotSeen: 'A worker reports success, but Job {job} is not seen yet: waiting for it, to record its end',
  countIsAwaited: 'Approved; the deletion starts when the count by Job {job} has finished',
  anotherJobIsAlive: 'Waiting for another Job of this resource to finish: {jobs}',
  jobIsNotOurs:
    'Job {job} has the name of this run, but the operator did not create it: it is being removed, and its end does not count',
  jobWasChanged:
    'Job {job} has ended, but is not as the operator creates it: an admission webhook changed it, or somebody else made it. Its end does not count. See what it did; as long as it is there, no other is started: kubectl delete job {job} -n {namespace}',
  // Pending or Restarting
  jobDoesNotAppear:
    'Job {job} has not appeared since {since}: see kubectl describe ddp {name} -n {namespace}; it, or the Role of its worker, may be refused (by a quota, an admission policy or missing rights), or its name may be taken',
  // Pending or Retrying
  jobHasNoReadyPod:
    'Job {job} has had no ready pod since {since}: see kubectl describe pods -n {namespace} -l batch.kubernetes.io/job-name={job}',
  jobHasNoPod:
    'Job {job} has no pod, and has had no ready one since {since}: see kubectl describe job {job} -n {namespace}, and of earlier pods kubectl describe pods -n {namespace} -l batch.kubernetes.io/job-name={job}',
  tableIsAwaited: 'The worker of Job {job} has not reached table {table} yet',
  tableIsNotReached: 'The worker of Job {job} has not reached table {table} yet: {why}',
  workerIsSilent:
    'The worker of Job {job} has not reached table {table} yet, and has not said why: see kubectl logs -n {namespace} -l batch.kubernetes.io/job-name={job}',
  // Running
  jobIsDeleting: 'Job {job} is deleting items from table {table}',
  jobIsCounting: 'Job {job} is counting items in table {table}',
  workerHasEnded:
    'The worker of Job {job} has ended, but something else, such as an injected sidecar, has kept its pod since {since}: see kubectl describe pods -n {namespace} -l batch.kubernetes.io/job-name={job}',
  // Retrying
  jobIsRetrying: 'Job {job} is retrying (failed pods so far: {failed})',
  // Restarting
  jobWasLost: 'Job {job} is gone; restart {ordinal} is scheduled for {time}',
  countIsNotSeen: 'Approved; the Job of the count was not found, but may still be there: waiting until {time}',
  jobIsCreatedAgain: 'Creating the Job again (restart {ordinal})',
  // Suspending
  jobIsPausing: 'Pausing: the worker is finishing its in-flight requests',
  pausedJobIsNotSeen: 'Pausing: Job {job} was not found, but its pod may still be stopping',
  countIsPausing: 'Approved; pausing the count by Job {job}',
  // Suspended
  jobIsPaused: 'Paused; set suspend: false to resume',
  jobIsHeldBack: 'Paused; policy does not allow resuming: see the condition PolicyCompliant',
  pausedBeforeStart: 'Paused before the Job was created; set suspend: false to start',
  jobIsRemoved: 'Paused, and the Job is removed; set suspend: false to create it again',
  countIsPaused: 'Approved; the count by Job {job} is paused',
  // Cancelling
  jobIsCancelling: 'Cancelling: the worker is finishing its in-flight requests',
  jobIsDropped: 'Cancelling: Job {job} is being removed, because no suspension reaches it',
  jobIsNotSeen: 'Cancelling: Job {job} was not found, but its pod may still be stopping',
  // PartitionDeleted and DryRunComplete
  partitionIsDeleted: 'The partition is deleted: {detail}',
  itemsAreCounted: 'Nothing was written; set mode: Execute to delete the items: {detail}',
  proofIsInTheLog:
    "The worker ended with success, but its report is missing: the read that found nothing left is only in the pod's log. To see it here, let the operator grant the right to report (WORKER_RIGHTS)",
  countIsInTheLog:
    "The count is only in the pod's log, because the worker was not allowed to report. To see it here, let the operator grant that right (WORKER_RIGHTS)",
  // UnsupportedSpec
  specIsUnsupported:
    'This version of the operator does not accept the spec, so nothing is started. Correct it, or upgrade the operator: {reasons}',
  // PolicyViolation
  specIsForbidden: "The operator's policy does not allow this: {reasons}",
  // Restored
  resourceWasRestored:
    'This resource was restored or copied: its report belongs to the resource with uid {uid}. Nothing is deleted. To let it run, remove the annotation: kubectl annotate ddp {name} -n {namespace} {annotation}-',
  resourceWasRestoredByVelero:
    'This resource was restored by Velero, in the restore {restore}: it may have been carried out before. Nothing is deleted. To let it run, remove the label: kubectl label ddp {name} -n {namespace} {label}-',
  // Unconfirmed
  endIsUnconfirmed:
    'The worker of the Job with uid {uid} reported success, but the Job was removed before its end was seen: nobody can confirm it. Create a new DdbctlDpJob to make sure; mode: DryRun counts what is left',
  jobWasNeverSeen:
    'This report of success names a Job (uid {uid}) that was never seen: it may be forged. Nothing is started again. Create a new DdbctlDpJob to delete the partition',
  // While a run lasts whose worker gets no token
  workerHasNoToken: ' (without a token, its worker has no counts to show here, no fence and no changed limits: {why})',
  // While a run lasts whose Job Metacontroller cannot change
  jobCannotChange:
    ' (no change reaches Job {job}, because something gave it two different entries {entry}, which Metacontroller cannot merge: cancel removes the Job; for suspend, see the runbook)',
  // After any end
  podMayLiveOn: ' (the pod of Job {jobs} did not stop within {seconds} s and may still be running: check its node)',
} as const;
type MessageKey = keyof typeof MESSAGES;

/** The sentences, cut at their parameters: text and the names of parameters by turns. */
const PARTS = new Map(Object.entries(MESSAGES).map(([key, sentence]) => [key, sentence.split(/\{(\w+)\}/)]));

type Parameter<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameter<Rest>
  : never;
type Value = string | number | Date;

/** A message as data: a sentence with its parameters, the meaning of a final state with a detail, or a text as recorded. */
export type Message =
  | { [Key in MessageKey]: { key: Key } & Readonly<Record<Parameter<(typeof MESSAGES)[Key]>, Value>> }[MessageKey]
  | { meaningOf: FinishedState; detail?: string | undefined }
  | { text: string };

export function textOf(message: Message): string {
  if ('text' in message) return message.text;
  if ('meaningOf' in message) {
    const meaning = meaningOf(message.meaningOf);
    return message.detail === undefined ? meaning : `${meaning}: ${message.detail}`;
  }
  const values: Readonly<Record<string, Value>> = message;
  return PARTS.get(message.key)!
    .map((part, index) => (index % 2 === 0 ? part : written(values[part])))
    .join('');
}

function written(value: Value | undefined): string {
  return value instanceof Date ? formatTime(value) : String(value);
}
