import type { ObservedJob } from '../../api/hooks.js';
import { OUT_OF_QUEUE, PREBUILT_WORKLOAD_LABEL, QUEUE_LABEL } from '../../api/names.js';

/**
 * The queue of Kueue that a Job is in; undefined if it is in none, or was taken out of it. Kueue resumes a Job that is in a queue
 * and admitted, whoever suspended it: only a Job that is out of its queue stays suspended.
 */
export function queueOf(job: ObservedJob): string | undefined {
  return isOutOfQueue(job) ? undefined : job.metadata.labels?.[QUEUE_LABEL];
}

/** Whether a Job was taken out of its queue, to be stopped. It cannot go back: Kueue refuses the label's removal with the resumption. */
export function isOutOfQueue({ metadata: { labels } }: ObservedJob): boolean {
  return labels?.[QUEUE_LABEL] !== undefined && labels[PREBUILT_WORKLOAD_LABEL] === OUT_OF_QUEUE;
}
