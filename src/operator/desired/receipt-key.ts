import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../api/names.js';
import { MAX_RECEIPT_NAME, RECEIPT_KEY, RECEIPT_KEY_DIRECTORY } from '../../api/receipt.js';
import type { Settings } from '../../api/settings.js';
import type { Mode } from '../../api/states.js';
import type { ENV } from '../../api/worker.js';

interface Told {
  parent: { annotations?: Record<string, string> };
  mode: Mode;
  settings: Pick<Settings, 'receiptKeySecret' | 'workerImage'>;
}

const VOLUME = 'receipt-key';

/** Whether a run gets a receipt. A DryRun erases nothing: there is nothing to attest, and its worker needs no key. */
const isReceipted = ({ mode, settings }: Omit<Told, 'parent'>): boolean =>
  mode === 'Execute' && settings.receiptKeySecret !== '';

/** What the worker is told for its receipt. */
export function receiptInput(told: Told): Partial<Record<keyof typeof ENV, string | undefined>> {
  if (!isReceipted(told)) return {};
  const { parent, settings } = told;
  return {
    receiptKeyFile: `${RECEIPT_KEY_DIRECTORY}/${RECEIPT_KEY}`,
    receiptKeySecret: settings.receiptKeySecret,
    image: nameOf(settings.workerImage),
    createdBy: nameOf(parent.annotations?.[CREATED_BY_ANNOTATION]),
    approvedBy: nameOf(parent.annotations?.[APPROVED_BY_ANNOTATION]),
  };
}

/** A name that a receipt takes. Of one that is cut, nobody could tell whose it is. */
const nameOf = (text = ''): string | undefined =>
  text !== '' && text.length <= MAX_RECEIPT_NAME && !/\p{Cc}/u.test(text) ? text : undefined;

/**
 * The volume with the key, and its mount. Optional, so that a Secret that is missing ends the run in a moment, with a reason: a pod
 * that waits for a volume says nothing. The file belongs to root, and the worker runs as another user in whatever group the cluster
 * gives it, so it must be readable for all; in this pod that is one container.
 */
export function receiptKeyVolume(told: Omit<Told, 'parent'>): { volumes?: object[]; mounts?: object[] } {
  if (!isReceipted(told)) return {};
  const items = [{ key: RECEIPT_KEY, path: RECEIPT_KEY }];
  const secret = { secretName: told.settings.receiptKeySecret, items, defaultMode: 0o444, optional: true };
  return {
    volumes: [{ name: VOLUME, secret }],
    mounts: [{ name: VOLUME, mountPath: RECEIPT_KEY_DIRECTORY, readOnly: true }],
  };
}
