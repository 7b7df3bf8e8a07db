import { REPORT_ANNOTATION } from '../../api/names.js';
import type { Decision, Situation } from './rule.js';

/** The report belongs to another resource: this one comes from a backup or is a copy, and its request may have been fulfilled long ago. */
export function resourceWasRestored({ job, foreignUID, parent }: Situation): Decision | undefined {
  if (job || foreignUID === undefined) return undefined;
  const { name, namespace } = parent;
  return {
    state: 'Restored',
    message: { key: 'resourceWasRestored', uid: foreignUID, name, namespace, annotation: REPORT_ANNOTATION },
    jobs: [],
  };
}
