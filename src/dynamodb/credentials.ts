import { type AllowList, allows } from '../api/allow-list.js';
import { isAwsDynamoDb, normalizeEndpoint } from '../api/endpoints.js';

/** For signing requests to hosts other than AWS's. Alphanumeric, because DynamoDB Local accepts nothing else. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'dynamoctl', secretAccessKey: 'dynamoctl' } as const;

/** Whether an endpoint may receive real credentials: it is AWS's own DynamoDB in this region, or the operator trusts it. */
export function mayHaveCredentials(endpoint: string, region: string, trusted: AllowList): boolean {
  const normal = normalizeEndpoint(endpoint);
  return normal !== undefined && (isAwsDynamoDb(normal, region) || allows(trusted, normal));
}
