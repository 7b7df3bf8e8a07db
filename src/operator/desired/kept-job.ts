import type { ObservedJob } from '../../api/hooks.js';
import { type Job, KEPT_SPEC_FIELDS } from '../../api/job.js';
import { OUT_OF_QUEUE, PREBUILT_WORKLOAD_LABEL, RESTARTS_ANNOTATION } from '../../api/names.js';
import { isOutOfQueue, queueOf } from '../observe/queue.js';
import { unmergeableEntry } from '../observe/unmergeable.js';

type Strings = Record<string, string>;

/** Labels that the Job controller or Metacontroller adds to templates and Jobs. They are not ours, so we do not return them. */
const FOREIGN_LABELS = new Set([
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
]);

/**
 * What we return for an observed Job so that Metacontroller leaves it unchanged. We never return the object itself, because
 * Metacontroller creates whatever we return, with its own permissions. Nor do we trust the last-applied annotation: anyone who
 * may patch Jobs can rewrite it.
 *
 * The labels and annotations that we set at creation are those that the (immutable) template also carries; we return their
 * observed values. `suspend` is present only when we pause; when it is absent, a suspension by someone else (Kueue) stays. A Job that
 * we suspend leaves its queue with the same update, because Kueue would resume it; and it stays as it is then, even once it has
 * finished, because Kueue refuses to have that undone.
 *
 * A template that Metacontroller cannot merge is left out: it would be refused, and the refusal would quote it, key values included,
 * in Metacontroller's log and in an event. Without it, a refusal has nothing to quote.
 */
export function keptJob(job: ObservedJob, namespace: string, { suspend }: { suspend: boolean }): Job {
  const spec: Record<string, unknown> = {};
  for (const field of KEPT_SPEC_FIELDS) if (job.spec[field] !== undefined) spec[field] = job.spec[field];
  if (unmergeableEntry(job) !== undefined) delete spec.template;
  const isStopped = suspend || (isOutOfQueue(job) && job.spec.suspend === true);
  if (isStopped) spec.suspend = true;
  const metadata: Job['metadata'] = { name: job.metadata.name, namespace: job.metadata.namespace ?? namespace };
  const template = templateMetadata(job);
  const labels = pick(job.metadata.labels, (key) => !FOREIGN_LABELS.has(key) && template.labels.has(key));
  const annotations = pick(
    job.metadata.annotations,
    (key) => key === RESTARTS_ANNOTATION || template.annotations.has(key),
  );
  const leavesQueue = isOutOfQueue(job) || (suspend && queueOf(job) !== undefined);
  if (labels || leavesQueue)
    metadata.labels = { ...labels, ...(leavesQueue && { [PREBUILT_WORKLOAD_LABEL]: OUT_OF_QUEUE }) };
  if (annotations) metadata.annotations = annotations;
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: spec };
}

function templateMetadata(job: ObservedJob): { labels: Set<string>; annotations: Set<string> } {
  const metadata = (job.spec.template as { metadata?: { labels?: object; annotations?: object } } | undefined)
    ?.metadata;
  return {
    labels: new Set(Object.keys(metadata?.labels ?? {})),
    annotations: new Set(Object.keys(metadata?.annotations ?? {})),
  };
}

function pick(source: Strings | undefined, wanted: (key: string) => boolean): Strings | undefined {
  const entries = Object.entries(source ?? {}).filter(([key]) => wanted(key));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
