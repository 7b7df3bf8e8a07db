import type { ObservedJob } from '../../api/hooks.js';
import { LAST_APPLIED_ANNOTATION } from '../../api/names.js';

type Spec = Readonly<Record<string, unknown>>;

/**
 * Whether the spec that Metacontroller last wrote of a Job is so. It compares our answers with the same annotation, so what anybody
 * may have written there is true. True as well if it cannot be read: then Metacontroller changes nothing.
 */
export function lastSpecIs({ metadata }: ObservedJob, isSo: (spec: Spec) => boolean): boolean {
  try {
    const last: unknown = JSON.parse(metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? 'null');
    const spec = fieldsOf(fieldsOf(last)?.spec);
    return spec !== undefined && isSo(spec);
  } catch {
    return true;
  }
}

/** Whether our last word on a Job was to suspend it: an answer without `suspend` resumes it. */
export const wasSuspendedByUs = (job: ObservedJob): boolean => lastSpecIs(job, ({ suspend }) => suspend === true);

const fieldsOf = (value: unknown): Spec | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Spec) : undefined;
