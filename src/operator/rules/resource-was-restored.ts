import { REPORT_ANNOTATION } from '../../api/names.js';
import type { Decision, Situation } from './rule.js';

/** It carries another resource's report: it came out of a backup, or is a copy. What it asks for may have been done long ago. */
export function resourceWasRestored({ job, foreignUID, parent }: Situation): Decision | undefined {
  if (job || foreignUID === undefined) return undefined;
  const { name, namespace } = parent;
  return {
    state: 'Restored',
    message: { key: 'resourceWasRestored', uid: foreignUID, name, namespace, annotation: REPORT_ANNOTATION },
    jobs: [],
  };
}
