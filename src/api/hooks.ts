import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { API_VERSION, JOBS, KIND, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS } from './names.js';
import { Job } from './job.js';
import { Role, RoleBinding, ServiceAccount } from './rights.js';
import { Status } from './status.js';
import { DNS_LABEL, DNS_SUBDOMAIN } from './patterns.js';
import { Int32, Int64, Strings } from './types.js';

/**
 * Metacontroller's CompositeController protocol, hook version v2.
 * Source: https://metacontroller.github.io/metacontroller/api/compositecontroller.html
 */

/** The hooks that Metacontroller calls; each hook's path is its name. */
export const HOOK_NAMES = ['sync', 'finalize'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

const Name = Type.String({ minLength: 1, maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` });
const Namespace = Type.String({ minLength: 1, maxLength: 63, pattern: `^${DNS_LABEL}$` });
const Uid = Type.String({ minLength: 1, maxLength: 64 });

/** The metadata that decisions depend on; all other fields pass through unread. */
export const ParentMetadata = Type.Object({
  name: Name,
  namespace: Namespace,
  uid: Uid,
  generation: Type.Optional(Int64(0)),
  labels: Type.Optional(Strings),
  annotations: Type.Optional(Strings),
  deletionTimestamp: Type.Optional(Type.String({ minLength: 1 })),
});

/**
 * The parent as it may arrive: whatever the API server has stored. `spec` and `status` are not validated here: an invalid resource
 * must get a response that says so (`operator/observe/resource.ts`), not a rejected request.
 */
export const Parent = Type.Object({
  apiVersion: Type.Literal(API_VERSION),
  kind: Type.Literal(KIND),
  metadata: ParentMetadata,
  spec: Type.Optional(Type.Unknown()),
  status: Type.Optional(Type.Unknown()),
});
export type Parent = Static<typeof Parent>;

const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required });
const listOf = (items: object) => ({ type: 'array', items });

/** What is looked at to see whether a Job is ours. The API server stores nothing of another shape. */
const PodTemplate = object({
  metadata: object({ labels: Strings, annotations: Strings }),
  spec: object({
    containers: listOf(
      object({ name: Type.String(), env: listOf(object({ name: Type.String(), value: Type.String() }, ['name'])) }, [
        'name',
      ]),
    ),
  }),
});

/** An observed Job. The fields that decisions depend on are typed; all others pass through unread. */
export const ObservedJob = Type.Object({
  apiVersion: Type.Literal('batch/v1'),
  kind: Type.Literal('Job'),
  metadata: Type.Object({
    name: Name,
    /** The parent's: `webhook/validation.ts` checks that, which a schema cannot. */
    namespace: Type.Optional(Namespace),
    uid: Uid,
    creationTimestamp: Type.Optional(Type.String()),
    deletionTimestamp: Type.Optional(Type.String()),
    labels: Type.Optional(Strings),
    annotations: Type.Optional(Strings),
  }),
  spec: Type.Unsafe<Record<string, unknown> & { suspend?: boolean; template?: unknown }>({
    type: 'object',
    required: ['template'],
    properties: { suspend: { type: 'boolean' }, template: PodTemplate },
  }),
  status: Type.Optional(
    Type.Object({
      active: Type.Optional(Int32(0)),
      ready: Type.Optional(Int32(0)),
      failed: Type.Optional(Int32(0)),
      succeeded: Type.Optional(Int32(0)),
      terminating: Type.Optional(Int32(0)),
      startTime: Type.Optional(Type.String()),
      completionTime: Type.Optional(Type.String()),
      conditions: Type.Optional(
        Type.Array(
          Type.Object({
            type: Type.String(),
            status: Type.String(),
            reason: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
            // Go encodes an unset time as null.
            lastTransitionTime: Type.Optional(Type.Unsafe<string>({ type: 'string', nullable: true })),
          }),
        ),
      ),
    }),
  ),
});
export type ObservedJob = Static<typeof ObservedJob>;

/** An observed right of a worker. What it grants is compared with what it should, whatever it holds. */
export const ObservedRight = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  metadata: Type.Object({
    name: Name,
    namespace: Type.Optional(Namespace),
    deletionTimestamp: Type.Optional(Type.String()),
  }),
  rules: Type.Optional(Type.Unknown()),
  roleRef: Type.Optional(Type.Unknown()),
  subjects: Type.Optional(Type.Unknown()),
});
export type ObservedRight = Static<typeof ObservedRight>;

const group = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Record<string, Static<T>>>({ type: 'object', additionalProperties: schema });

export const CompositeRequest = Type.Object({
  controller: Type.Object({ kind: Type.Optional(Type.String()), apiVersion: Type.Optional(Type.String()) }),
  parent: Parent,
  children: Type.Object({
    [JOBS]: group(ObservedJob),
    [SERVICE_ACCOUNTS]: Type.Optional(group(ObservedRight)),
    [ROLES]: Type.Optional(group(ObservedRight)),
    [ROLE_BINDINGS]: Type.Optional(group(ObservedRight)),
  }),
  related: Type.Object({}),
  finalizing: Type.Boolean(),
});
export type CompositeRequest = Static<typeof CompositeRequest>;

export const Child = Type.Union([Job, ServiceAccount, Role, RoleBinding]);
export type Child = Static<typeof Child>;

export const CompositeResponse = Type.Object(
  {
    status: Status,
    children: Type.Array(Child),
    resyncAfterSeconds: Type.Optional(Type.Number({ minimum: 1 })),
  },
  { additionalProperties: false },
);
export type CompositeResponse = Static<typeof CompositeResponse>;

export const FinalizeResponse = Type.Object(
  { ...CompositeResponse.properties, finalized: Type.Boolean() },
  { additionalProperties: false },
);
export type FinalizeResponse = Static<typeof FinalizeResponse>;

/** The body of a 400 response: what is wrong with the request, and where. */
export const BadRequest = Type.Object({ error: Type.String(), path: Type.String(), message: Type.String() });
export type BadRequest = Static<typeof BadRequest>;
