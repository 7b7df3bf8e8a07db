import type { Spec } from '../../api/spec.js';
import type { Condition, Status } from '../../api/status.js';
import { GROUP, PLURAL } from '../../api/names.js';

/** The kind in full: another CRD may have the same short name. */
export const RESOURCE = `${PLURAL}.${GROUP}`;

/** A `DdbctlDpJob` as kubectl prints it. The API server has checked its form. */
export interface Seen {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    deletionTimestamp?: string;
    annotations?: Readonly<Record<string, string>>;
  };
  spec: Spec;
  /** With the receipt, a compact JWS, if the operator's version and settings make one. */
  status?: Status & { receipt?: string };
}

/** The condition whose reason is the state of the run; undefined if the operator has not answered yet. */
export const outcomeOf = ({ status }: Seen): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Succeeded');

/** Whether the operator has answered the latest edit of the spec. */
export const isObserved = ({ metadata, status }: Seen): boolean => status?.observedGeneration === metadata.generation;

/** The table and where it is. Never the key. */
export function tableOf({ spec: { ddbCtlDpJob: target } }: Seen): string {
  const where = [target.awsRegion ?? '', target.endpointURL ?? ''].filter((text) => text !== '');
  return [target.tableName, ...where.map((text, index) => (index === 0 ? `in ${text}` : `at ${text}`))].join(' ');
}

/** How much of the partition. Its key and the bounds are nobody's business here. */
export const extentOf = ({ spec: { ddbCtlDpJob: target } }: Seen): string =>
  `${target.sortKey === undefined ? 'one whole partition' : 'part of one partition, by sort key'}${target.partitionValueFrom ? ', its key from a Secret' : ''}`;

/** Text of a status, which anyone with the right to it may have written, without what could move a cursor. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
