/** What is looked at; whoever hands a child in may believe it to be a Job. */
interface Child {
  apiVersion: string;
  kind: string;
  metadata: { namespace: string };
}

/**
 * The last look before an answer leaves: Jobs in the parent's own namespace and nothing else, whatever annotations, labels and
 * statuses anyone wrote. Whatever we return, Metacontroller creates with its own rights.
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
