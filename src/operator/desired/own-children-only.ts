import { GROUP, PLURAL } from '../../api/names.js';
import { DNS_SUBDOMAIN } from '../../api/patterns.js';
import { isNameOfRun } from '../run-name.js';
import { sameJson } from '../same-json.js';

/** The fields that are checked. The child may be anything, whatever its type claims. */
interface Child {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  subjects?: unknown;
}

interface Owner {
  name: string;
  namespace: string;
  uid: string;
}

/**
 * The last check of a response: it may contain only Jobs in the parent's own namespace, and the rights of their workers, whatever
 * anyone wrote into annotations, labels and status. Metacontroller creates whatever we return, with its own permissions. `sync` and
 * `finalize` make this check for every caller; the webhook repeats it on what it sends, because it may have been given other hooks.
 */
export function ownChildrenOnly<T extends { children: readonly Child[] }>(parent: Owner, answer: T): T {
  for (const child of answer.children) {
    const wrong = wrongWith(child, parent);
    if (wrong !== undefined) throw new Error(`${wrong}: ${child.kind} in ${child.metadata.namespace}`);
  }
  return answer;
}

function wrongWith(child: Child, parent: Owner): string | undefined {
  if (child.metadata.namespace !== parent.namespace) return `a child that is not in namespace ${parent.namespace}`;
  return child.apiVersion === 'batch/v1' && child.kind === 'Job' ? undefined : wrongWithRight(child, parent);
}

function wrongWithRight({ metadata, ...fields }: Child, parent: Owner): string | undefined {
  if (Object.keys(metadata).some((key) => !['name', 'namespace', 'labels'].includes(key)))
    return 'a right with more metadata than it should have';
  if (!isNameOfRun(metadata.name, parent)) return 'a child that belongs to no run of its resource';
  const shape = ALLOWED.get(fields.kind)?.(metadata.name, accountOf(fields), parent);
  return sameJson(shape, fields) ? undefined : 'a child that is neither a Job nor a right of its worker';
}

type Shape = (name: string, account: string | undefined, parent: Owner) => object;

/** All that may leave besides a Job, by kind: written out once more, so that an error in what builds the rights does not leave. */
const ALLOWED = new Map<string, Shape>([
  ['ServiceAccount', () => ({ apiVersion: 'v1', kind: 'ServiceAccount', automountServiceAccountToken: false })],
  [
    'Role',
    (_name, _account, { name: resource }) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      rules: [{ apiGroups: [GROUP], resources: [PLURAL], resourceNames: [resource], verbs: ['patch'] }],
    }),
  ],
  [
    'RoleBinding',
    (name, account, { namespace }) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: account ?? name, namespace }],
    }),
  ],
]);

const ACCOUNT = new RegExp(`^${DNS_SUBDOMAIN}$`);

/** The account that a binding names. Which one that may be was decided before: by the policy, or when the Job was created. */
function accountOf({ subjects }: Pick<Child, 'subjects'>): string | undefined {
  const name = (subjects as { name?: unknown }[] | undefined)?.[0]?.name;
  return typeof name === 'string' && ACCOUNT.test(name) ? name : undefined;
}
