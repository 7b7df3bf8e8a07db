import type { Test } from 'tap';
import { apply, eventually, tryKubectl } from '../../support/kubectl.js';
import { NAMESPACE } from './scene.js';

/**
 * What Amazon EKS's webhook for IRSA adds to a pod: the role, and a token for STS. An admission policy of the cluster adds it here.
 * Source: https://github.com/aws/amazon-eks-pod-identity-webhook, pkg/handler/handler.go.
 */

export const ROLE = 'arn:aws:iam::123456789012:role/ddbctl-worker';
const AUDIENCE = 'sts.amazonaws.com';
const MOUNT = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const VOLUME = 'aws-iam-token';
const GROUP = 'admissionregistration.k8s.io';

/** Whether the cluster can do it: Kubernetes 1.36, or earlier with the beta switched on. */
async function versionOfPolicies(): Promise<string | undefined> {
  for (const version of ['v1', 'v1beta1']) {
    const { ok, out } = await tryKubectl(['get', '--raw', `/apis/${GROUP}/${version}`]);
    if (ok && out.includes('"mutatingadmissionpolicies"')) return `${GROUP}/${version}`;
  }
  return undefined;
}

export const WITHOUT_INJECTION = async (): Promise<string | undefined> =>
  (await versionOfPolicies()) === undefined ? 'the cluster serves no MutatingAdmissionPolicy' : undefined;

/**
 * A CEL expression that gives a pod what the webhook gives it; `variables` come on top. A JSON patch, because an apply configuration must
 * not hold an atomic list, and the sources of a projected volume are one. The worker's pod has a token, and so volumes and mounts.
 */
function injection(variables: Readonly<Record<string, string>>): string {
  const env = Object.entries({
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_ROLE_ARN: ROLE,
    AWS_WEB_IDENTITY_TOKEN_FILE: `${MOUNT}/token`,
    ...variables,
  });
  const added: (readonly [path: string, value: string])[] = [
    [
      '/spec/volumes/-',
      `Object.spec.volumes{name: "${VOLUME}", projected: Object.spec.volumes.projected{sources: [
        Object.spec.volumes.projected.sources{
          serviceAccountToken: Object.spec.volumes.projected.sources.serviceAccountToken{
            audience: "${AUDIENCE}", expirationSeconds: 86400, path: "token"}}]}}`,
    ],
    ...env.map(
      ([name, value]) =>
        [
          '/spec/containers/0/env/-',
          `Object.spec.containers.env{name: ${JSON.stringify(name)}, value: ${JSON.stringify(value)}}`,
        ] as const,
    ),
    [
      '/spec/containers/0/volumeMounts/-',
      `Object.spec.containers.volumeMounts{name: "${VOLUME}", mountPath: "${MOUNT}", readOnly: true}`,
    ],
  ];
  return `[${added.map(([path, value]) => `JSONPatch{op: "add", path: "${path}", value: ${value}}`).join(', ')}]`;
}

/** From now on, the pods of this account get it. */
export async function injectIrsa(t: Test, account: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const apiVersion = await versionOfPolicies();
  const metadata = { name: 'e2e-irsa' };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  t.teardown(async () => {
    for (const kind of ['mutatingadmissionpolicybinding', 'mutatingadmissionpolicy'])
      await tryKubectl(['delete', kind, metadata.name, '--ignore-not-found']);
  });
  await apply(
    {
      ...{ apiVersion, kind: 'MutatingAdmissionPolicy', metadata },
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        matchConstraints: { resourceRules: [rule] },
        matchConditions: [{ name: 'account', expression: `object.spec.serviceAccountName == '${account}'` }],
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: injection(variables) } }],
      },
    },
    {
      ...{ apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata },
      spec: {
        policyName: metadata.name,
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } } },
      },
    },
  );
  await eventually('pods to get their identity', () => gets(account, Object.values(variables)));
}

/** Whether a pod of this account would get what holds these values. */
async function gets(account: string, values: readonly string[]): Promise<boolean> {
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'e2e-irsa', namespace: NAMESPACE } },
    spec: {
      serviceAccountName: account,
      containers: [{ name: 'any', image: 'none', env: [{ name: 'any', value: '' }] }],
    },
  };
  const { out } = await tryKubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(pod));
  return [ROLE, VOLUME, ...values].every((value) => out.includes(value));
}

/** Whose token this is, by the cluster's own word; undefined if it is none for STS. */
export async function bearerOf(token: string): Promise<string | undefined> {
  const review = {
    ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {} },
    spec: { token, audiences: [AUDIENCE] },
  };
  const { ok, out, err } = await tryKubectl(['create', '-o', 'json', '-f', '-'], JSON.stringify(review));
  if (!ok) throw new Error(`kubectl create tokenreview: ${err}`);
  const { status } = JSON.parse(out) as { status: { authenticated?: boolean; user?: { username: string } } };
  return status.authenticated === true ? status.user?.username : undefined;
}
