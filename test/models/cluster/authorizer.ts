import { GROUP, PLURAL } from '../../../src/api/names.js';
import type { ApiServer } from './api-server.js';
import { Informer } from './informer.js';
import { type ApiObject } from './objects.js';
import type { VirtualTime } from '../virtual-time.js';

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** The API server's authorizer, as far as workers need it: RBAC from caches of Roles and RoleBindings, which lag. */
export class Authorizer {
  readonly #roles: Informer;
  readonly #bindings: Informer;
  /** The service account to which each pod's token is bound, by the pod's uid. */
  readonly #tokens = new Map<string, string>();

  constructor(
    private readonly api: ApiServer,
    time: VirtualTime,
    lag: () => number,
  ) {
    this.#roles = new Informer(api, 'Role', time, lag);
    this.#bindings = new Informer(api, 'RoleBinding', time, lag);
  }

  /** A token is of the account that was there when its pod started; one of the same name, made later, is another. */
  #isValid({ metadata: { uid } }: ApiObject, account: ApiObject | undefined): boolean {
    if (!account) return false;
    const bound = this.#tokens.get(uid) ?? account.metadata.uid;
    this.#tokens.set(uid, bound);
    return bound === account.metadata.uid;
  }

  /** Whether this pod's service account may patch the resource of that name. */
  mayPatch(pod: ApiObject, name: string): boolean {
    const { namespace } = pod.metadata;
    const account = pod.spec?.serviceAccountName;
    // A token is bound to its service account, and no longer valid when that is gone.
    if (account !== NAMED && !this.#isValid(pod, this.api.get('ServiceAccount', namespace, String(account))))
      return false;
    return this.#bindings
      .list()
      .filter((binding) => binding.metadata.namespace === namespace)
      .filter(({ subjects }) =>
        subjects?.some((subject) => subject.name === account && subject.namespace === namespace),
      )
      .some(({ roleRef }) => {
        const rules = (this.#roles.get(`${namespace}/${roleRef?.name}`)?.rules ?? []) as Rule[];
        return rules.some((rule) => grants(rule, name));
      });
  }
}

/** An account that the namespace has anyway. */
const NAMED = 'ddbctl-worker';

function grants({ apiGroups, resources, resourceNames, verbs }: Rule, name: string): boolean {
  if (!apiGroups.includes(GROUP) || !resources.includes(PLURAL) || !verbs.includes('patch')) return false;
  return resourceNames === undefined || resourceNames.includes(name);
}
