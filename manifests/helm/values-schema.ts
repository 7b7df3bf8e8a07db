import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { INT32_MAX, QUANTITY } from '../../src/api/patterns.js';
import { Spec } from '../../src/api/spec.js';
import { SETTINGS } from '../../src/api/settings.js';
import { Strings } from '../../src/api/types.js';

/** The schemas of the charts' values. Whatever settings and resource already specify is taken from there. */

const closed = (properties: Record<string, TSchema>): TObject =>
  Type.Object(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])), {
    additionalProperties: false,
  });
const Text = Type.String();
const Flag = Type.Boolean();
/** Kubernetes' own types, which the API server validates. */
const Anything = Type.Unsafe<object>({ type: 'object' });
const Objects = Type.Array(Anything);
const Port = Type.Integer({ minimum: 1, maximum: 65535 });
const IntOrTextOrNull = Type.Unsafe({ type: ['integer', 'string', 'null'] });
const orNull = (type: string, options: object = {}) => Type.Unsafe({ type: [type, 'null'], ...options });
const Quantity = Type.Unsafe({ type: ['string', 'integer'], pattern: QUANTITY.source });
const Name = Type.String({ pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 });
const OptionalName = Type.String({ pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 253 });
const Names = Type.Array(Name);

/** ALLOWED_TABLES → allowedTables. */
export const valueOf = (setting: string): string =>
  setting.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The settings that are lists of patterns: the values under `policy`. */
export const POLICY_SETTINGS = SETTINGS.filter(({ name }) => /^(ALLOWED|TRUSTED|HELD)_/.test(name));

/** The settings that bound what a resource may ask of a node: beside them. */
export const BOUND_SETTINGS = SETTINGS.filter(({ name }) => name.startsWith('MAX_WORKER_'));

/** The setting that bounds how much it may delete. */
export const ITEM_SETTING = SETTINGS.find(({ name }) => name === 'MAX_ITEMS')!;

/** The setting that names the Secret which no resource may use. */
export const RECEIPT_SETTING = SETTINGS.find(({ name }) => name === 'RECEIPT_KEY_SECRET')!;

/** The schema of a setting with a fixed set of words: an enum, which gives better error messages than a pattern. */
function settingSchema(name: string): TSchema {
  const setting = SETTINGS.find((each) => each.name === name);
  const pattern = (setting?.schema as { pattern?: string } | undefined)?.pattern ?? '';
  const words = /^\^\(([a-z|]+)\)\$$/.exec(pattern)?.[1]?.split('|');
  if (!setting || !words) throw new Error(`${name} is not a setting with a fixed set of words`);
  return Type.Unsafe({ type: 'string', enum: words, description: setting.help });
}

/** Excludes the characters that would end a text in the environment, in YAML or in CEL. */
const PATTERN = '^[^\\s,\'"\\\\]+$';
const patterns = Object.fromEntries(
  POLICY_SETTINGS.map(({ name, help }) => [
    valueOf(name),
    Type.Array(Type.String({ pattern: PATTERN }), { description: help }),
  ]),
);

const bounds = Object.fromEntries(
  BOUND_SETTINGS.map(({ name, help }) => [valueOf(name), { ...Quantity, description: help }]),
);

export const OperatorValues = closed({
  // Helm passes it to subcharts.
  global: Anything,
  nameOverride: Text,
  fullnameOverride: Text,
  commonLabels: Strings,
  commonAnnotations: Strings,
  image: closed({
    repository: Type.String({ minLength: 1 }),
    tag: Type.String({ pattern: '^[A-Za-z0-9_.-]{0,128}$' }),
    digest: Type.String({ pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: Type.Unsafe({ type: 'string', enum: ['', 'Always', 'IfNotPresent', 'Never'] }),
  }),
  imagePullSecrets: Names,
  replicas: Type.Integer({ minimum: 0 }),
  revisionHistoryLimit: Type.Integer({ minimum: 0 }),
  serviceAccount: closed({ create: Flag, name: OptionalName, annotations: Strings }),
  podLabels: Strings,
  podAnnotations: Strings,
  resources: Anything,
  nodeSelector: Strings,
  tolerations: Objects,
  affinity: Anything,
  topologySpreadConstraints: Objects,
  priorityClassName: OptionalName,
  terminationGracePeriodSeconds: Type.Integer({ minimum: 0 }),
  extraEnv: Objects,
  extraVolumes: Objects,
  extraVolumeMounts: Objects,
  podDisruptionBudget: closed({
    enabled: Flag,
    minAvailable: IntOrTextOrNull,
    maxUnavailable: IntOrTextOrNull,
    unhealthyPodEvictionPolicy: Type.Unsafe({ type: 'string', enum: ['AlwaysAllow', 'IfHealthyBudget'] }),
  }),
  service: closed({ port: Port, annotations: Strings }),
  settings: closed({
    logLevel: settingSchema('LOG_LEVEL'),
    reportSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
    workerRights: settingSchema('WORKER_RIGHTS'),
    workerRequestPath: settingSchema('WORKER_REQUEST_PATH'),
    workerHttpsProxy: Type.String({ pattern: '^(https?://[^\\s@/]+/?)?$' }),
    workerNoProxy: Type.String({ pattern: '^\\S*$' }),
    receiptKeySecret: OptionalName,
    holdTag: Type.String({ pattern: '^([^=,]+(=.*)?)?$' }),
    requireDryRun: Flag,
    requirePointInTimeRecovery: Flag,
    defaultMaxWriteUnitsPerSecond: orNull('integer', { minimum: 1, maximum: INT32_MAX }),
    defaultMaxReadUnitsPerSecond: orNull('integer', { minimum: 1, maximum: INT32_MAX }),
    defaultCapacitySharePercent: orNull('integer', { minimum: 1, maximum: 100 }),
    documentation: Flag,
  }),
  policy: closed({
    ...patterns,
    ...bounds,
    [valueOf(ITEM_SETTING.name)]: orNull('integer', {
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: ITEM_SETTING.help,
    }),
    admission: Flag,
  }),
  worker: closed({
    image: Text,
    resources: closed({
      requests: closed({ cpu: Quantity, memory: Quantity }),
      limits: closed({ memory: Quantity }),
    }),
  }),
  workers: closed({
    namespaces: Type.Array(
      Type.Unsafe({
        anyOf: [
          Name,
          { ...closed({ annotations: Strings }), properties: { name: Name, annotations: Strings }, required: ['name'] },
        ],
      }),
    ),
    serviceAccount: closed({ name: Name, annotations: Strings }),
    networkPolicy: closed({ enabled: Flag, ports: Type.Array(Port), extraEgress: Objects }),
  }),
  reportIsNotApprove: closed({ enabled: Flag }),
  knownFields: closed({ enabled: Flag }),
  secondPerson: closed({ enabled: Flag }),
  rbac: closed({ create: Flag }),
  crd: closed({ enabled: Flag, keep: Flag }),
  compositeController: closed({
    enabled: Flag,
    timeout: Type.String({ pattern: '^[0-9]+(ms|s)$' }),
    resyncPeriodSeconds: orNull('integer', { minimum: 1 }),
    annotations: Strings,
  }),
  tls: closed({
    secretName: OptionalName,
    clientCAKey: Text,
    caBundle: Anything,
    clientTLS: Anything,
    testSecretName: OptionalName,
  }),
  bearerToken: closed({ secretName: OptionalName, key: Type.String({ minLength: 1 }), acceptedKey: Text }),
  networkPolicy: closed({ enabled: Flag, metacontrollerNamespaceLabels: Strings, metricsFrom: Objects }),
  metrics: closed({
    mode: settingSchema('METRICS'),
    serviceMonitor: closed({
      enabled: Flag,
      labels: Strings,
      interval: Type.String({ pattern: '^([0-9]+(ms|s|m))?$' }),
      tlsConfig: Anything,
      authorization: Anything,
    }),
    prometheusRule: closed({ enabled: Flag, labels: Strings }),
    dashboard: closed({ enabled: Flag, labels: Strings, annotations: Strings }),
  }),
  uninstallGuard: closed({ enabled: Flag }),
  extraObjects: Type.Array(Type.Unsafe({ type: ['object', 'string'] })),
});

type Json = { [key: string]: unknown };

/** The schema of the resource as a schema of values: without the API server's keywords, and without unknown properties. */
function closedForValues(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedForValues);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema as Json).filter(
    ([key]) => !key.startsWith('x-kubernetes-') && key !== 'default',
  );
  const plain = Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(Object.entries(value as Json).map(([name, field]) => [name, closedForValues(field)]))
        : closedForValues(value),
    ]),
  );
  if (plain.properties) plain.additionalProperties = false;
  // Validators of values need not know the formats int32 and int64.
  delete plain.format;
  return plain;
}

const spec = closedForValues(JSON.parse(JSON.stringify(Spec))) as { properties: Record<string, Json> };
const { ddbCtlDpJob, ...rest } = spec.properties;

/** The original chart has the target under dynamoctlDpJob. All other fields of the spec are beside it. */
export const JobValues: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['dynamoctlDpJob'],
  properties: {
    global: { type: 'object' },
    nameOverride: {
      type: 'string',
      maxLength: 253,
      description: 'Name of the DdbctlDpJob. If empty: the name of the release.',
    },
    commonLabels: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Labels of the DdbctlDpJob itself.',
    },
    commonAnnotations: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Annotations of the DdbctlDpJob itself.',
    },
    dynamoctlDpJob: ddbCtlDpJob,
    ...rest,
  },
};
