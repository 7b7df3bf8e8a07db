import { Failure } from '../api/failure.js';
import type { TargetIdentity } from '../api/status.js';
import { ENV } from '../api/worker.js';
import { readReceiptRequest, type ReceiptRequest } from './receipt-request.js';

/** The resource that a Job works for. */
export interface Parent {
  name: string;
  namespace: string;
  uid: string;
  jobUID: string;
  /** The target that the resource had recorded when the Job was created; absent if it had recorded none. */
  expected?: TargetIdentity | undefined;
  /** Set if its deletion is to have a receipt. */
  receipt?: ReceiptRequest;
}

type Env = Readonly<Record<string, string | undefined>>;

/** A Job names its resource in four variables and the expected target in two: all of them, or none. */
export function parentProblems(env: Env): string[] {
  if (env[ENV.parentUID] === undefined) return [];
  const own = [ENV.parentName, ENV.parentNamespace, ENV.parentUID, ENV.jobUID];
  const expected = [ENV.expectedTableId, ENV.expectedDigest];
  return [...own, ...(expected.some((name) => env[name] !== undefined) ? expected : [])]
    .filter((name) => !env[name])
    .map((name) => `${name}: must be set together with ${own.includes(name as never) ? ENV.parentUID : 'its pair'}`);
}

/** @param env - without problems */
export function readParent(env: Env): Parent | undefined {
  const uid = env[ENV.parentUID];
  if (uid === undefined) return undefined;
  const [name = '', namespace = '', jobUID = ''] = [env[ENV.parentName], env[ENV.parentNamespace], env[ENV.jobUID]];
  const { [ENV.expectedTableId]: tableId, [ENV.expectedDigest]: digest } = env;
  const expected = tableId !== undefined && digest !== undefined ? { tableId, digest } : undefined;
  const receipt = readReceiptRequest(env);
  return { name, namespace, uid, jobUID, ...(expected && { expected }), ...(receipt && { receipt }) };
}

export const isSameTarget = (one: TargetIdentity, other: TargetIdentity): boolean =>
  one.tableId === other.tableId && one.digest === other.digest;

/**
 * Before anything is read or written, and without any right: what a Job finds must be what its resource had recorded.
 * @throws Failure GuardRefused
 */
export function checkExpectedTarget({ expected }: Pick<Parent, 'expected'>, found: TargetIdentity): void {
  if (expected && !isSameTarget(expected, found))
    throw new Failure(
      'GuardRefused',
      'the target differs from the one recorded before this Job was created: the table was re-created, or the key or the account changed',
    );
}
