import { type Static, Type } from '@sinclair/typebox';
import { DNS_LABEL, DNS_SUBDOMAIN } from './patterns.js';
import { Strings } from './types.js';

/**
 * The rights of a run's worker, as an answer holds them: these fields and no others. All three objects are named like the Job.
 */
const metadata = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` }),
    namespace: Type.String({ minLength: 1, maxLength: 63, pattern: `^${DNS_LABEL}$` }),
    labels: Type.Optional(Strings),
  },
  { additionalProperties: false },
);
const Texts = Type.Array(Type.String(), { minItems: 1 });
const RBAC = 'rbac.authorization.k8s.io';
const RBAC_VERSION = `${RBAC}/v1`;

export const ServiceAccount = Type.Object(
  {
    apiVersion: Type.Literal('v1'),
    kind: Type.Literal('ServiceAccount'),
    metadata,
    /** The worker's pod asks for the token itself; nobody else's gets it by accident. */
    automountServiceAccountToken: Type.Literal(false),
  },
  { additionalProperties: false },
);

export const Role = Type.Object(
  {
    apiVersion: Type.Literal(RBAC_VERSION),
    kind: Type.Literal('Role'),
    metadata,
    rules: Type.Array(
      Type.Object(
        { apiGroups: Texts, resources: Texts, resourceNames: Texts, verbs: Texts },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1 },
    ),
  },
  { additionalProperties: false },
);

export const RoleBinding = Type.Object(
  {
    apiVersion: Type.Literal(RBAC_VERSION),
    kind: Type.Literal('RoleBinding'),
    metadata,
    roleRef: Type.Object(
      { apiGroup: Type.Literal(RBAC), kind: Type.Literal('Role'), name: metadata.properties.name },
      { additionalProperties: false },
    ),
    subjects: Type.Array(
      Type.Object(
        {
          kind: Type.Literal('ServiceAccount'),
          name: metadata.properties.name,
          namespace: metadata.properties.namespace,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1 },
    ),
  },
  { additionalProperties: false },
);

export type ServiceAccount = Static<typeof ServiceAccount>;
export type Role = Static<typeof Role>;
export type RoleBinding = Static<typeof RoleBinding>;
export type Right = ServiceAccount | Role | RoleBinding;
