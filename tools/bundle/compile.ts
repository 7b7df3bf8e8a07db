/**
 * `dist/cli/compile.js` in the image, run once while the image is built: deletes an empty partition of a table that is not there,
 * with a web identity as in most clusters, and saves what V8 has compiled on the way. It must run on the Node.js of the image.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CODE, runModules } from './cached-modules.js';

declare const PROGRAM: string;

const TABLE = {
  TableName: 'Table',
  TableId: '00000000-0000-0000-0000-000000000000',
  TableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/Table',
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
};

const ANSWERS: Readonly<Record<string, object>> = {
  DescribeTable: { Table: TABLE },
  Query: { Items: [], Count: 0, ScannedCount: 0, ConsumedCapacity: { TableName: 'Table', CapacityUnits: 0.5 } },
};

/** What STS says to a web identity. */
const IDENTITY = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  const answer = ANSWERS[operation];
  request.resume().on('end', () => {
    if (!answer) return response.setHeader('content-type', 'text/xml').end(IDENTITY);
    return response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
  });
});

server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: url,
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r',
    // Any text will do.
    AWS_WEB_IDENTITY_TOKEN_FILE: __filename,
    DYNAMOCTL_TRUSTED_ENDPOINTS: url,
    // A build may need a proxy; this does not.
    NO_PROXY: '*',
  });
  process.argv = [process.execPath, __filename, 'delete-partition', '-s', '-t', 'Table', '-p', 'a', '-e', url];
  const scripts = runModules(__dirname, PROGRAM, require);
  // The program ends the process.
  process.on('exit', (code) => {
    if (code !== 0) return;
    for (const [name, script] of scripts) writeFileSync(join(__dirname, name + CODE), script.createCachedData());
    console.log(`saved the compiled code of ${String(scripts.size)} modules`);
  });
});
