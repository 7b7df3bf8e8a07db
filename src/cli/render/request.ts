import type { CompositeRequest } from '../../api/hooks.js';
import { API_VERSION, JOBS, KIND } from '../../api/names.js';

/** No API server gave one. The Job's name and its label of the run are made of it. */
export const PLACEHOLDER_UID = '00000000-0000-0000-0000-000000000000';

/** What a DdbctlDpJob is as its author writes it; its spec has passed the checks. */
export interface Resource {
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec: unknown;
}

/** The first request that Metacontroller sends for a resource: just made, without status and children. */
export function firstRequest(
  { metadata: { name, namespace, annotations }, spec }: Resource,
  given: { namespace: string; uid: string },
): CompositeRequest {
  return {
    controller: { kind: 'CompositeController', apiVersion: 'metacontroller.k8s.io/v1alpha1' },
    parent: {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: {
        name,
        namespace: namespace ?? given.namespace,
        uid: given.uid,
        generation: 1,
        ...(annotations && { annotations }),
      },
      spec,
    },
    children: { [JOBS]: {} },
    related: {},
    finalizing: false,
  };
}
