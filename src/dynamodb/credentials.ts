import { type AllowList, allows } from '../api/allow-list.js';
import { isAwsDynamoDb, normalizeEndpoint } from '../api/endpoints.js';

/** What requests to other hosts than AWS's are signed with. Alphanumeric: DynamoDB Local takes nothing else. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'dynamoctl', secretAccessKey: 'dynamoctl' } as const;

/** Whether an endpoint may see real credentials: AWS's own DynamoDB in this region, or one that the operator trusts. */
export function mayHaveCredentials(endpoint: string, region: string, trusted: AllowList): boolean {
  const normal = normalizeEndpoint(endpoint);
  return normal !== undefined && (isAwsDynamoDb(normal, region) || allows(trusted, normal));
}
