/** The fields that are checked: of a child that may be anything, whatever its type claims. */
interface Child {
  apiVersion: string;
  kind: string;
  metadata: { namespace: string };
}

/**
 * The last check of a response: it may hold Jobs in the parent's own namespace and nothing else, whatever anybody wrote into
 * annotations, labels and status. Metacontroller creates whatever we return, with its own permissions. `sync` and `finalize` are
 * checked for every caller; the webhook checks again what it sends, whichever hooks it was given.
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
