import type { FinishedState } from '../api/states.js';
import { meaningOf } from '../api/states.js';
import { formatTime } from './time.js';

/**
 * Every sentence that a condition can show, except for what an end means, which stands in the table of states, and for what
 * the policy and the schema say of a spec. `{name}` is a parameter. docs/runbook.md quotes these.
 */
export const MESSAGES = {
  // Pending
  jobIsCreated: 'The Job is made',
  jobIsStarting: 'Job {job} waits for its pod',
  jobIsQueued: 'Job {job} is queued: it is suspended and waits to be admitted (for instance by Kueue) or resumed',
  countIsAwaited: 'Approved; the deletion starts when the count of Job {job} has ended',
  anotherJobIsAlive: 'Waits for another Job of this resource to end: {jobs}',
  // Pending or Retrying
  jobHasNoReadyPod:
    'Job {job} has no ready pod since {since}: see kubectl describe pods -n {namespace} -l batch.kubernetes.io/job-name={job}',
  // Running
  jobIsDeleting: 'Job {job} is deleting',
  jobIsCounting: 'Job {job} is counting',
  // Retrying
  jobIsRetrying: 'Job {job} tries again after {failed} failed',
  // Restarting
  jobWasLost: 'Job {job} was lost; restart {ordinal} is scheduled for {time}',
  jobIsCreatedAgain: 'Creating the lost Job again (restart {ordinal})',
  // Suspending
  jobIsPausing: 'Pausing: the worker finishes what is in flight',
  countIsPausing: 'Approved; the count of Job {job} is being paused',
  // Suspended
  jobIsPaused: 'Paused; set suspend: false to resume',
  jobIsHeldBack: 'Paused and may not be resumed: see the condition PolicyCompliant',
  pausedBeforeStart: 'Paused before a Job is made; set suspend: false to start',
  countIsPaused: 'Approved; the count of Job {job} is paused',
  // Cancelling
  jobIsCancelling: 'Cancelling: the worker finishes what is in flight',
  jobIsNotSeen: 'Cancelling: Job {job} is not seen, and its pod may still be stopping',
  // PartitionDeleted and DryRunComplete
  partitionIsDeleted: 'The partition is deleted: {detail}',
  itemsAreCounted: 'Nothing was written; set mode: Execute to delete: {detail}',
  countIsInTheLog:
    "The count is in the pod's log: the worker may not report. Give it the service account ddbctl-worker (manifests/worker) to see it here",
  // PolicyViolation
  specIsForbidden: 'Not allowed here: {reasons}',
  // Restored
  resourceWasRestored:
    'This resource was restored or copied: its report is of the resource with uid {uid}. Nothing is deleted. To let it run, remove the annotation: kubectl annotate ddp {name} -n {namespace} {annotation}-',
  // After any end
  podMayLiveOn: ' (the pod of Job {jobs} did not end within {seconds} s and may live on: look at its node)',
} as const;
export type MessageKey = keyof typeof MESSAGES;

type Parameter<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameter<Rest>
  : never;
type Value = string | number | Date;

/** What to say, as data: a sentence with its parameters, what an end means with a detail, or a text as it was recorded. */
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
  return MESSAGES[message.key].replaceAll(/\{(\w+)\}/g, (_, name: string) => written(values[name]));
}

function written(value: Value | undefined): string {
  return value instanceof Date ? formatTime(value) : String(value);
}
