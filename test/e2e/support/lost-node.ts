import type { Test } from 'tap';
import { apply, eventually, kubectl, tryKubectl } from '../../support/kubectl.js';
import { NAMESPACE } from './scene.js';

/**
 * A node that is lost just when its pod ends, on any cluster. The kubelet itself cannot be stopped everywhere; but an admission policy
 * keeps it from writing that the pod succeeded, and then the test does what the garbage collector of pods does for a node that is gone.
 */

const REFUSAL = 'e2e: the node is lost, nobody hears of this end';

const patchStatus = (pod: string, status: object, ...options: string[]) =>
  tryKubectl([
    ...['patch', 'pod', pod, '-n', NAMESPACE, '--subresource=status', '--type=strategic'],
    ...['-p', JSON.stringify({ status }), ...options],
  ]);

/** From now on nobody hears of it if this pod succeeds. It has to be running still. */
export async function exitIsUnheard(t: Test, pod: string): Promise<void> {
  const metadata = { name: `e2e-lost-node-${pod}` };
  const admission = (kind: string, spec: object) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata,
    spec,
  });
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/status'] };
  t.teardown(async () => {
    for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
      await tryKubectl(['delete', kind, metadata.name, '--ignore-not-found']);
  });
  await apply(
    admission('ValidatingAdmissionPolicy', {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [rule] },
      matchConditions: [{ name: 'this-pod', expression: `object.metadata.name == '${pod}'` }],
      validations: [{ expression: "object.status.phase != 'Succeeded'", message: REFUSAL }],
    }),
    admission('ValidatingAdmissionPolicyBinding', {
      policyName: metadata.name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } } },
    }),
  );
  await eventually('the end of the pod to go unheard', async () => {
    const { ok, err } = await patchStatus(pod, { phase: 'Succeeded' }, '--dry-run=server');
    return !ok && err.includes(REFUSAL);
  });
}

/**
 * Its node is given up. Source: markFailedAndDeletePodWithCondition in Kubernetes' pkg/controller/podgc/gc_controller.go, which does
 * the same to a pod that has not ended, for a node that is gone or out of service.
 */
export async function nodeIsGivenUp(pod: string): Promise<void> {
  const gone = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'e2e: node is gone' };
  const { ok, err } = await patchStatus(pod, { phase: 'Failed', conditions: [gone] });
  if (!ok) throw new Error(`kubectl patch pod ${pod}: ${err}`);
  await kubectl('delete', 'pod', pod, '-n', NAMESPACE, '--grace-period=0', '--force', '--ignore-not-found');
}
