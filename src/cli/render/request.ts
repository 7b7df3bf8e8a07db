import type { CompositeRequest } from '../../api/hooks.js';
import { API_VERSION, JOBS, KIND } from '../../api/names.js';

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
    children: { [JOBS]: {} },
    related: {},
    finalizing: false,
  };
}
