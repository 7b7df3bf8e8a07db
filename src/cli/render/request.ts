import type { Child, CompositeRequest } from '../../api/hooks.js';
import { API_VERSION, JOBS, KIND, RIGHTS, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS } from '../../api/names.js';
import type { Right } from '../../api/rights.js';

/** Stands in for the uid that an API server would assign. The Job's name and its run label are derived from it. */
export const PLACEHOLDER_UID = '00000000-0000-0000-0000-000000000000';

/** A DdbctlDpJob as written by its author, with a valid spec. */
export interface Resource {
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec: unknown;
}

/** The first request that Metacontroller sends for a new resource, which has neither status nor children. */
export function firstRequest(
  { metadata: { name, namespace, annotations }, spec }: Resource,
  defaults: { namespace: string; uid: string },
): CompositeRequest {
  return {
    controller: { kind: 'CompositeController', apiVersion: 'metacontroller.k8s.io/v1alpha1' },
    parent: {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: {
        name,
        namespace: namespace ?? defaults.namespace,
        uid: defaults.uid,
        generation: 1,
        ...(annotations && { annotations }),
      },
      spec,
    },
    children: { [JOBS]: {}, ...Object.fromEntries(RIGHTS.map((group) => [group, {}])) },
    related: {},
    finalizing: false,
  };
}

const GROUP_OF = { ServiceAccount: SERVICE_ACCOUNTS, Role: ROLES, RoleBinding: ROLE_BINDINGS } as const;

/** The next request, when the rights of the worker exist that the answer to the first one holds. */
export function withRights(request: CompositeRequest, children: readonly Child[]): CompositeRequest {
  const next = structuredClone(request);
  for (const child of children.filter((each): each is Right => each.kind !== 'Job'))
    Object.assign(next.children[GROUP_OF[child.kind]] ?? {}, { [child.metadata.name]: child });
  return next;
}
