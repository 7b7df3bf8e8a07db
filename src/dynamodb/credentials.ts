import { type AllowList, allows } from '../api/allow-list.js';
import { isAwsDynamoDb, normalizeEndpoint } from '../api/endpoints.js';

/** Sign requests to hosts other than AWS's. Alphanumeric: DynamoDB Local does not accept anything else. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'dynamoctl', secretAccessKey: 'dynamoctl' } as const;

/** Whether an endpoint may receive real credentials: it is AWS's own DynamoDB in this region, or is trusted by the operator. */
export function mayHaveCredentials(endpoint: string, region: string, trusted: AllowList): boolean {
  const normal = normalizeEndpoint(endpoint);
  return normal !== undefined && (isAwsDynamoDb(normal, region) || allows(trusted, normal));
}
