/** What a resource's metadata tells about who wrote it. The API server answers a list with managedFields. */
export interface Origin {
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  ownerReferences?: unknown[];
  managedFields?: readonly { manager?: string; operation?: string; subresource?: string }[];
}

/** Who would create a resource again: something that misses it by itself, or whoever runs `kubectl apply` next. */
export const RECREATED = ['managed', 'applied'] as const;
export type Recreated = (typeof RECREATED)[number];

/** Why a resource would be created again. */
interface Recreation {
  by: Recreated;
  /** What shows it, in words. */
  mark: string;
}

const LABELS: Readonly<Record<string, Recreated>> = {
  // Argo CD, where it tracks by label, and the other label that its page recommends:
  // https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
  'app.kubernetes.io/instance': 'managed',
  'argocd.argoproj.io/instance': 'managed',
  // Flux: https://fluxcd.io/flux/components/kustomize/kustomizations/, https://fluxcd.io/flux/components/helm/helmreleases/,
  // https://fluxcd.control-plane.io/operator/resourceset/
  'kustomize.toolkit.fluxcd.io/name': 'managed',
  'helm.toolkit.fluxcd.io/name': 'managed',
  'resourceset.fluxcd.controlplane.io/name': 'managed',
  // Carvel's kapp: https://carvel.dev/kapp/docs/develop/apply/
  'kapp.k14s.io/app': 'managed',
  // A set that is applied and pruned as a whole, by kubectl, Config Sync or kro:
  // https://kubernetes.io/docs/reference/labels-annotations-taints/
  'applyset.kubernetes.io/part-of': 'managed',
  // Rancher Fleet and the add-ons of K3s: github.com/rancher/wrangler, pkg/apply/desiredset_apply.go
  'objectset.rio.cattle.io/hash': 'managed',
};

const ANNOTATIONS: Readonly<Record<string, Recreated>> = {
  'argocd.argoproj.io/tracking-id': 'managed',
  // Helm: github.com/helm/helm, pkg/action/validate.go
  'meta.helm.sh/release-name': 'managed',
  // Config Sync: github.com/GoogleContainerTools/kpt-config-sync, pkg/metadata/annotations.go
  'configmanagement.gke.io/managed': 'managed',
  'configsync.gke.io/resource-id': 'managed',
  // kpt, and what else has an inventory: github.com/kubernetes-sigs/cli-utils, pkg/common/common.go
  'config.k8s.io/owning-inventory': 'managed',
  'objectset.rio.cattle.io/id': 'managed',
  'kapp.k14s.io/identity': 'managed',
  // `kubectl apply`, and tools that do as it does: https://kubernetes.io/docs/reference/labels-annotations-taints/
  'kubectl.kubernetes.io/last-applied-configuration': 'applied',
};

/** The name that `kubectl apply --server-side` has if it is given none. */
const KUBECTL = 'kubectl';

/**
 * Why a resource would be created again if it were missing; undefined if nothing shows that. It would be a new order.
 *
 * Server-side apply leaves a manager with the operation Apply, and whoever applies will do so again. No exception is made for
 * Metacontroller: it applies children only (pkg/controller/common/manage_children.go), and writes to a parent by Update. A
 * DdbctlDpJob that it applies is therefore a child of another controller.
 */
export function recreationOf({
  labels,
  annotations,
  ownerReferences = [],
  managedFields,
}: Origin): Recreation | undefined {
  const found: Recreation[] = [
    ...ownerReferences.map(() => ({ by: 'managed', mark: 'an owner' }) as const),
    ...marksIn(labels, LABELS, 'label'),
    ...marksIn(annotations, ANNOTATIONS, 'annotation'),
    ...appliersIn(managedFields),
  ];
  return found.find(({ by }) => by === 'managed') ?? found[0];
}

const marksIn = (
  present: Record<string, string> = {},
  known: Readonly<Record<string, Recreated>>,
  kind: string,
): Recreation[] =>
  Object.entries(known)
    .filter(([name]) => name in present)
    .map(([name, by]) => ({ by, mark: `the ${kind} ${name}` }));

/** Who applies a status creates nothing. */
const appliersIn = (managedFields: Origin['managedFields'] = []): Recreation[] =>
  managedFields
    .filter(({ operation, subresource = '' }) => operation === 'Apply' && subresource === '')
    .map(({ manager = '' }) => ({
      by: manager === KUBECTL ? 'applied' : 'managed',
      mark: `applied by the field manager ${manager}`,
    }));
