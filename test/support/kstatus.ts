interface Resource {
  metadata: { generation?: number; deletionTimestamp?: string };
  status?: { observedGeneration?: number; conditions?: readonly { type: string; status: string }[] };
}

/**
 * What kstatus says of a custom resource, and with it Flux's `wait` and Helm 4's `--wait`.
 * Source: https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus: `Compute` in status/status.go, `checkGeneration`
 * and the standard conditions in status/generic.go, in this order.
 */
export function kstatus({ metadata, status = {} }: Resource): 'Terminating' | 'InProgress' | 'Failed' | 'Current' {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (status.observedGeneration !== undefined && status.observedGeneration !== metadata.generation) return 'InProgress';
  const conditions = status.conditions ?? [];
  for (const condition of conditions) {
    if (condition.type === 'Reconciling' && condition.status === 'True') return 'InProgress';
    if (condition.type === 'Stalled' && condition.status === 'True') return 'Failed';
  }
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
}
