import { type AllowList, allows } from '../api/allow-list.js';
import { isAwsDynamoDb, normalizeEndpoint } from '../api/endpoints.js';
import { DEFAULT_REGION, DEFAULT_SERVICE_ACCOUNT } from '../api/names.js';
import type { Settings } from '../api/settings.js';
import type { Spec } from '../api/spec.js';

/** What the settings forbid in a spec, each in a sentence that names the field, its value and the setting. Empty: nothing. */
export function policyViolations(spec: Spec, settings: Settings): string[] {
  const target = spec.ddbCtlDpJob;
  const found: string[] = [];
  const demand = (field: string, value: string | undefined, list: AllowList, setting: string): void => {
    if (!allows(list, value))
      found.push(`${field} ${value === undefined ? '(absent)' : `"${value}"`} is not in the operator's ${setting}`);
  };
  const endpoint =
    target.endpointURL === undefined ? undefined : (normalizeEndpoint(target.endpointURL) ?? target.endpointURL);
  demand('spec.ddbCtlDpJob.tableName', target.tableName, settings.allowedTables, 'ALLOWED_TABLES');
  demand('spec.ddbCtlDpJob.awsRegion', target.awsRegion ?? DEFAULT_REGION, settings.allowedRegions, 'ALLOWED_REGIONS');
  demand('spec.ddbCtlDpJob.endpointURL', endpoint, settings.allowedEndpoints, 'ALLOWED_ENDPOINTS');
  demand(
    'spec.serviceAccountName',
    spec.serviceAccountName ?? DEFAULT_SERVICE_ACCOUNT,
    settings.allowedServiceAccounts,
    'ALLOWED_SERVICE_ACCOUNTS',
  );
  if (spec.priorityClassName !== undefined)
    demand(
      'spec.priorityClassName',
      spec.priorityClassName,
      settings.allowedPriorityClasses,
      'ALLOWED_PRIORITY_CLASSES',
    );
  for (const field of ['labels', 'annotations'] as const)
    for (const key of Object.keys(spec[field] ?? {}))
      demand(`the key in spec.${field}`, key, settings.allowedMetadata, 'ALLOWED_METADATA');

  found.push(...metadataViolations(spec));

  const secrets = {
    'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef.name': target.partitionValueFrom?.secretKeyRef.name,
    'spec.credentialsSecretRef.name': spec.credentialsSecretRef?.name,
  };
  for (const [field, name] of Object.entries(secrets)) {
    if (name === undefined) continue;
    demand(field, name, settings.allowedSecrets, 'ALLOWED_SECRETS');
    // Else who may write a DdbctlDpJob could read a Secret by having it sent to a host of theirs.
    if (!endpointMaySeeSecrets(target, settings))
      found.push(
        `${field} "${name}" may go only to AWS's own endpoint or one in the operator's TRUSTED_ENDPOINTS, not to "${endpoint}"`,
      );
  }
  return found;
}

/** `prefix/name`, the prefix a DNS subdomain: what the API server takes as the key of a label or an annotation. */
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** The API server would refuse the Job, at every try, for one key or value that is none. */
function metadataViolations(spec: Spec): string[] {
  const fields = { labels: spec.labels, annotations: spec.annotations, nodeSelector: spec.nodeSelector };
  return Object.entries(fields).flatMap(([field, entries]) =>
    Object.entries(entries ?? {}).flatMap(([key, value]) => {
      const [prefix, name] = key.includes('/')
        ? [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)]
        : ['', key];
      if (!QUALIFIED_NAME.test(key) || prefix.length > 253 || name.length > 63)
        return [
          `spec.${field} has the key "${key}", which must be a name of at most 63 letters, digits, - _ . with an optional DNS prefix and a slash`,
        ];
      if (field !== 'annotations' && !LABEL_VALUE.test(value))
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
    allows(settings.trustedEndpoints, normalizeEndpoint(endpointURL) ?? endpointURL)
  );
}
