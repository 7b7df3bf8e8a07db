import { KIND, REPORT_ANNOTATION } from '../api/names.js';
import type { Claims } from './claims.js';

/** A receipt, and the resource in which it was found. */
export interface Found {
  jws: string;
  /** Undefined if it came alone, or in a line of a log. */
  resource?: Named;
}

/** Who a resource says that it is. */
interface Named {
  namespace: unknown;
  name: unknown;
  uid: unknown;
}

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** Finds the receipt in a text: alone, in a resource as `kubectl get -o json` prints it, in a report or in a line of a worker's log. */
export function findReceipt(text: string): Found | { wrong: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { wrong: 'is empty' };
  if (!trimmed.startsWith('{')) return { jws: trimmed };
  let value: Fields;
  try {
    value = fieldsOf(JSON.parse(trimmed));
  } catch {
    return { wrong: 'is neither a receipt nor JSON' };
  }
  if (value.kind === 'List')
    return { wrong: 'is a list: give one resource, as kubectl get ddp NAME -o json prints it' };
  if (value.kind === undefined && typeof value.receipt === 'string') return { jws: value.receipt };
  if (value.kind !== KIND)
    return { wrong: `is JSON, but neither a ${KIND} nor a line of a worker's log with a receipt` };
  return inResource(value);
}

/** The recorded one: whoever may patch the resource can write any report. */
function inResource({ metadata, status }: Fields): Found | { wrong: string } {
  const { receipt } = fieldsOf(status);
  const { namespace, name, uid, annotations } = fieldsOf(metadata);
  if (typeof receipt === 'string') return { jws: receipt, resource: { namespace, name, uid } };
  const isReported = typeof fieldsOf(annotations)[REPORT_ANNOTATION] === 'string';
  return {
    wrong: `is a ${KIND} without a receipt in its status${isReported ? ': its run has not ended with one' : ''}`,
  };
}

/** Why a receipt is not of the resource in which it was found; undefined if it is. */
export function belongsElsewhere({ resource: claimed }: Claims, found: Named | undefined): string | undefined {
  if (!found) return undefined;
  const fields = ['namespace', 'name', 'uid'] as const;
  const other = fields.find((field) => found[field] !== claimed[field]);
  return (
    other &&
    `the receipt is of ${claimed.namespace}/${claimed.name} (uid ${claimed.uid}): the ${other} of this one differs`
  );
}
