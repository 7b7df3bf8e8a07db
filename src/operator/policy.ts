import { type AllowList, allows } from '../api/allow-list.js';
import { isAwsDynamoDb, normalizeEndpoint } from '../api/endpoints.js';
import { isHeld } from '../api/holds.js';
import { isLocalEndpoint } from '../api/local-endpoints.js';
import { DEFAULT_REGION, DEFAULT_SERVICE_ACCOUNT } from '../api/names.js';
import { LABEL_VALUE, QUALIFIED_NAME } from '../api/patterns.js';
import type { Settings } from '../api/settings.js';
import type { Spec } from '../api/spec.js';
import { podBoundViolations } from './pod-bounds.js';

/** What the settings forbid in a spec: a sentence each, naming the field, its value and the setting. Empty if all is allowed. */
export function policyViolations(spec: Spec, settings: Settings): string[] {
  const endpoint = normalized(spec.ddbCtlDpJob.endpointURL);
  return [
    ...demands(spec, endpoint, settings).flatMap(violation),
    ...holdViolations(spec, settings),
    ...localEndpointViolations(endpoint, settings),
    ...itemViolations(spec, settings),
    ...podBoundViolations(spec, settings),
    ...metadataViolations(spec),
    ...secretViolations(spec, settings),
  ];
}

/** A value in a spec, and the setting that must allow it. */
type Demand = readonly [field: string, value: string | undefined, list: AllowList, setting: string];

function violation([field, value, list, setting]: Demand): string[] {
  if (allows(list, value)) return [];
  return [`${field} ${value === undefined ? '(absent)' : `"${value}"`} is not in the operator's ${setting}`];
}

function demands(spec: Spec, endpoint: string | undefined, settings: Settings): Demand[] {
  const { tableName, awsRegion = DEFAULT_REGION } = spec.ddbCtlDpJob;
  const { serviceAccountName = DEFAULT_SERVICE_ACCOUNT, priorityClassName } = spec;
  const keys = (field: 'labels' | 'annotations'): Demand[] =>
    Object.keys(spec[field] ?? {}).map((key) => [
      `the key in spec.${field}`,
      key,
      settings.allowedMetadata,
      'ALLOWED_METADATA',
    ]);
  const priorityClass: Demand[] =
    priorityClassName === undefined
      ? []
      : [['spec.priorityClassName', priorityClassName, settings.allowedPriorityClasses, 'ALLOWED_PRIORITY_CLASSES']];
  return [
    ['spec.ddbCtlDpJob.tableName', tableName, settings.allowedTables, 'ALLOWED_TABLES'],
    ['spec.ddbCtlDpJob.awsRegion', awsRegion, settings.allowedRegions, 'ALLOWED_REGIONS'],
    ['spec.ddbCtlDpJob.endpointURL', endpoint, settings.allowedEndpoints, 'ALLOWED_ENDPOINTS'],
    ['spec.serviceAccountName', serviceAccountName, settings.allowedServiceAccounts, 'ALLOWED_SERVICE_ACCOUNTS'],
    ...priorityClass,
    ...keys('labels'),
    ...keys('annotations'),
  ];
}

/** A pattern is a wish for many hosts, and nobody who writes one means the worker's own machine. So an entry must name it exactly. */
function localEndpointViolations(endpoint: string | undefined, settings: Settings): string[] {
  if (endpoint === undefined) return [];
  if ([settings.allowedEndpoints, settings.trustedEndpoints].some((list) => list.includes(endpoint))) return [];
  // Asked last: it parses the endpoint.
  if (!isLocalEndpoint(endpoint)) return [];
  return [
    `spec.ddbCtlDpJob.endpointURL "${endpoint}" is on the worker's own machine or link, where clouds serve credentials: only an entry in the operator's ALLOWED_ENDPOINTS or TRUSTED_ENDPOINTS that is exactly this, without *, allows it`,
  ];
}

function holdViolations({ ddbCtlDpJob: { tableName } }: Spec, { heldTables }: Settings): string[] {
  if (!isHeld(heldTables, tableName)) return [];
  return [
    `spec.ddbCtlDpJob.tableName "${tableName}" is under hold by the operator's HELD_TABLES: nothing of it is deleted`,
  ];
}

function itemViolations({ maxItems }: Spec, { maxItems: most }: Settings): string[] {
  if (maxItems === undefined || most === undefined || maxItems <= most) return [];
  return [`spec.maxItems ${maxItems} is above the operator's MAX_ITEMS: at most ${most}`];
}

function secretViolations({ ddbCtlDpJob: target, credentialsSecretRef }: Spec, settings: Settings): string[] {
  const secrets = {
    'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef.name': target.partitionValueFrom?.secretKeyRef.name,
    'spec.credentialsSecretRef.name': credentialsSecretRef?.name,
  };
  return Object.entries<string | undefined>(secrets).flatMap(([field, value]) => {
    if (value === undefined) return [];
    const found = violation([field, value, settings.allowedSecrets, 'ALLOWED_SECRETS']);
    // A key's value reaches DynamoDB, and AWS's log of what was asked there.
    if (value === settings.receiptKeySecret)
      found.push(`${field} "${value}" is the operator's RECEIPT_KEY_SECRET, which nothing but receipts may use`);
    // Otherwise anyone who may create a DdbctlDpJob could read a Secret by having it sent to a host of their own.
    if (!endpointMaySeeSecrets(target, settings))
      found.push(
        `${field} "${value}" may be sent only to AWS's own endpoint or to one in the operator's TRUSTED_ENDPOINTS, not to "${normalized(target.endpointURL)}"`,
      );
    return found;
  });
}

function normalized(endpointURL: string | undefined): string | undefined {
  return endpointURL === undefined ? undefined : (normalizeEndpoint(endpointURL) ?? endpointURL);
}

/** What the API server accepts, except for lengths: of a key's prefix, checked below, and of a value, which the schema bounds. */
const VALID_KEY = new RegExp(`^${QUALIFIED_NAME}$`);
const VALID_LABEL_VALUE = new RegExp(`^${LABEL_VALUE}$`);
const MAX_PREFIX = 253;

/** A single invalid key or value would make the API server reject the Job at every attempt. */
function metadataViolations(spec: Spec): string[] {
  const fields = { labels: spec.labels, annotations: spec.annotations, nodeSelector: spec.nodeSelector };
  return Object.entries(fields).flatMap(([field, entries]) =>
    Object.entries(entries ?? {}).flatMap(([key, value]) => {
      if (!VALID_KEY.test(key) || key.indexOf('/') > MAX_PREFIX)
        return [
          `spec.${field} has the key "${key}", which must be a name of at most 63 letters, digits, - _ . with an optional DNS prefix and a slash`,
        ];
      if (field !== 'annotations' && !VALID_LABEL_VALUE.test(value))
        return [
          `spec.${field}["${key}"] "${value}" must be at most 63 letters, digits, - _ . and begin and end with a letter or digit`,
        ];
      return [];
    }),
  );
}

function endpointMaySeeSecrets({ endpointURL, awsRegion }: Spec['ddbCtlDpJob'], settings: Settings): boolean {
  return (
    endpointURL === undefined ||
    isAwsDynamoDb(endpointURL, awsRegion ?? DEFAULT_REGION) ||
    allows(settings.trustedEndpoints, normalized(endpointURL))
  );
}
