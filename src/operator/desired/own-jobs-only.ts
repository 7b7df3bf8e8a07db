/** The fields that are checked. The child may be anything, whatever its type claims. */
interface Child {
  apiVersion: string;
  kind: string;
  metadata: { namespace: string };
}

/**
 * The last check of a response: it may contain only Jobs in the parent's own namespace, whatever anyone wrote into annotations,
 * labels and status. Metacontroller creates whatever we return, with its own permissions. `sync` and `finalize` make this check
 * for every caller; the webhook repeats it on what it sends, because it may have been given other hooks.
 */
export function ownJobsOnly<T extends { children: readonly Child[] }>(namespace: string, answer: T): T {
  for (const child of answer.children) {
    if (child.apiVersion !== 'batch/v1' || child.kind !== 'Job' || child.metadata.namespace !== namespace)
      throw new Error(
        `a child that is not a Job in namespace ${namespace}: ${child.kind} in ${child.metadata.namespace}`,
      );
  }
  return answer;
}
