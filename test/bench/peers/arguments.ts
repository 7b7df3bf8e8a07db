import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The peers take the flags of the original tool. */
function flag(name: string): string {
  const at = process.argv.indexOf(name);
  const value = process.argv[at + 1];
  if (at < 0 || value === undefined) throw new Error(`${name} is missing`);
  return value;
}

export const TableName = flag('-t');
export const partition = { S: flag('-p') };
export const endpoint = flag('-e');

export const client = new DynamoDBClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'dynamoctl', secretAccessKey: 'dynamoctl' },
});
