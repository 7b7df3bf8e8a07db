import type { ObservedJob } from '../../api/hooks.js';
import { type Job, KEPT_SPEC_FIELDS } from '../../api/job.js';
import { RESTARTS_ANNOTATION } from '../../api/names.js';

type Strings = Record<string, string>;

/** Labels that the Job controller or Metacontroller puts on templates and Jobs: not ours to return. */
const FOREIGN_LABELS = new Set([
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
]);

/**
 * What we return for an observed Job, so that Metacontroller leaves it as it is. Never the object itself: whatever we return
 * is created with Metacontroller's rights. And never what the annotation with the last applied state says: whoever may patch
 * Jobs can rewrite it.
 *
 * The labels and annotations that we set at creation are those that the (immutable) template carries as well; their values are
 * the observed ones. `suspend` is there only when we pause: where it is absent, a suspension by someone else (Kueue) stands.
 */
export function keptJob(job: ObservedJob, namespace: string, { suspend }: { suspend: boolean }): Job {
  const spec: Record<string, unknown> = {};
  for (const field of KEPT_SPEC_FIELDS) if (job.spec[field] !== undefined) spec[field] = job.spec[field];
  if (suspend) spec.suspend = true;
  const metadata: Job['metadata'] = { name: job.metadata.name, namespace: job.metadata.namespace ?? namespace };
  const template = templateMetadata(job);
  const labels = pick(job.metadata.labels, (key) => !FOREIGN_LABELS.has(key) && template.labels.has(key));
  const annotations = pick(
    job.metadata.annotations,
    (key) => key === RESTARTS_ANNOTATION || template.annotations.has(key),
  );
  if (labels) metadata.labels = labels;
  if (annotations) metadata.annotations = annotations;
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: spec as Job['spec'] };
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
