import { REPORT_ANNOTATION, VELERO_LABEL } from '../../api/names.js';
import { isNameOfRun } from '../run-name.js';
import type { Decision, Situation } from './rule.js';

/** This resource comes from a backup or is a copy, and its request may have been fulfilled long ago. */
export function resourceWasRestored(situation: Situation): Decision | undefined {
  const { job, foreignUID, parent } = situation;
  if (job) return undefined;
  const { name, namespace, labels } = parent;
  if (foreignUID !== undefined)
    return {
      state: 'Restored',
      message: { key: 'resourceWasRestored', uid: foreignUID, name, namespace, annotation: REPORT_ANNOTATION },
      jobs: [],
    };
  const restore = labels?.[VELERO_LABEL];
  if (restore === undefined || hasBegun(situation)) return undefined;
  return {
    state: 'Restored',
    message: { key: 'resourceWasRestoredByVelero', restore, name, namespace, label: VELERO_LABEL },
    jobs: [],
  };
}

/**
 * The label alone says nothing about a run of this very uid, whose Job the status names. A status that was restored as well names a
 * Job of the old uid, or none if the backup was made before there was one.
 */
function hasBegun({ stored, recorded, parent }: Situation): boolean {
  const isOwn = stored.job !== undefined && isNameOfRun(stored.job.name, parent);
  return isOwn && (stored.conditions ?? []).length > 0 && recorded !== 'Restored';
}
