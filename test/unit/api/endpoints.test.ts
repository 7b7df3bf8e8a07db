import t from 'tap';
import { isAwsDynamoDb, isAwsSts, normalizeEndpoint } from '../../../src/api/endpoints.js';

const OWN: readonly (readonly [endpoint: string, region: string])[] = [
  ['https://dynamodb.us-east-1.amazonaws.com', 'us-east-1'],
  ['https://dynamodb.us-east-1.amazonaws.com/', 'us-east-1'],
  ['https://dynamodb.us-east-1.amazonaws.com:443', 'us-east-1'],
  ['https://DynamoDB.US-East-1.amazonaws.com', 'us-east-1'],
  ['https://dynamodb.us-east-1.api.aws', 'us-east-1'],
  ['https://dynamodb-fips.us-east-1.amazonaws.com', 'us-east-1'],
  ['https://123456789012.ddb.eu-central-1.amazonaws.com', 'eu-central-1'],
  ['https://vpce-0a1b2c3d-4e5f6g.dynamodb.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['https://vpce-0a1b2c3d-4e5f6g-us-east-1a.dynamodb.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['https://vpce-0a1b2c3d-4e5f6g.dynamodb-fips.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['https://dynamodb.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['https://dynamodb.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
  ['https://dynamodb-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['https://dynamodb.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['https://dynamodb.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
  ['https://dynamodb.us-isof-south-1.csp.hci.ic.gov', 'us-isof-south-1'],
  ['https://dynamodb.eu-isoe-west-1.cloud.adc-e.uk', 'eu-isoe-west-1'],
  ['https://dynamodb.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
];
for (const [endpoint, region] of OWN) t.ok(isAwsDynamoDb(endpoint, region), `${endpoint} is AWS's in ${region}`);

const FOREIGN: readonly (readonly [endpoint: string, region: string, because: string])[] = [
  ['http://dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'credentials never go in the clear'],
  ['https://dynamodb.us-east-1.amazonaws.com:8443', 'us-east-1', 'another port'],
  ['https://user@dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'a user name'],
  ['https://:password@dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'a password'],
  ['https://dynamodb.us-east-1.amazonaws.com', 'eu-west-1', 'another region'],
  ['https://dynamodb.us-east-1.amazonaws.com.cn', 'us-east-1', "another partition's suffix"],
  ['https://dynamodb.cn-north-1.amazonaws.com', 'cn-north-1', "another partition's suffix"],
  ['https://dynamodb.us-east-1.amazonaws.com.', 'us-east-1', 'a dot at the end'],
  ['https://dynamodb.us-east-1.amazonaws.com.evil.com', 'us-east-1', "somebody else's host"],
  ['https://evil.com/dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'only in the path'],
  ['https://dynamodb.us-east-1.amazonaws.com@evil.com', 'us-east-1', 'only as a user'],
  ['https://evil.com#@dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'only in the fragment'],
  ['https://evil.com\\@dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'a backslash ends a host'],
  ['https://evil-dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'not the whole host'],
  ['https://bucket.s3.us-east-1.amazonaws.com', 'us-east-1', 'anyone can have a host there'],
  ['https://ec2-1-2-3-4.compute-1.amazonaws.com', 'us-east-1', 'anyone can have a host there'],
  ['https://evil.dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'one label more'],
  ['https://vpce-1.evil.dynamodb.us-east-1.vpce.amazonaws.com', 'us-east-1', 'one label more'],
  ['https://vpce-1.sqs.us-east-1.vpce.amazonaws.com', 'us-east-1', 'another service'],
  ['https://dynamodbxus-east-1.amazonaws.com', 'us-east-1', 'a dot is a dot'],
  ['https://12345.ddb.us-east-1.amazonaws.com', 'us-east-1', 'not an account number'],
  ['https://dax.us-east-1.amazonaws.com', 'us-east-1', 'DAX is another service'],
  ['https://dynamodb.anything.amazonaws.com', '.*', 'a region is not a pattern'],
  ['http://localhost:8000', 'us-east-1', 'a server on this machine'],
  ['dynamodb.us-east-1.amazonaws.com', 'us-east-1', 'not a URL'],
  ['', 'us-east-1', 'nothing'],
];
for (const [endpoint, region, because] of FOREIGN) t.notOk(isAwsDynamoDb(endpoint, region), `${endpoint}: ${because}`);

for (const [endpoint, own, because] of [
  ['https://sts.us-east-1.amazonaws.com', true, 'a region'],
  ['https://sts.amazonaws.com/', true, 'the global one'],
  ['https://sts-fips.us-east-1.amazonaws.com', true, 'FIPS'],
  ['https://sts.us-gov-west-1.amazonaws.com', true, 'GovCloud'],
  ['https://sts.eu-central-1.api.aws', true, 'dual-stack'],
  ['https://sts.cn-north-1.amazonaws.com.cn', true, 'China'],
  ['https://vpce-0a1b-2c.sts.us-east-1.vpce.amazonaws.com', true, 'PrivateLink'],
  ['http://sts.us-east-1.amazonaws.com', false, 'in the clear'],
  ['https://sts.us-east-1.amazonaws.com:8443', false, 'another port'],
  ['https://sts.cn-north-1.amazonaws.com', false, "another partition's suffix"],
  ['https://sts.us-east-1.amazonaws.com.evil.com', false, "somebody else's host"],
  ['https://evil.sts.us-east-1.amazonaws.com', false, 'one label more'],
  ['https://sts.evil.com', false, "somebody else's host"],
  ['https://dynamodb.us-east-1.amazonaws.com', false, 'another service'],
  ['https://bucket.s3.us-east-1.amazonaws.com', false, 'anyone can have a host there'],
  ['no url', false, 'nothing'],
] as const)
  t.equal(isAwsSts(endpoint), own, `${endpoint}: ${because}`);

const NORMAL: readonly (readonly [endpoint: string, normal: string | undefined])[] = [
  ['http://dynamodb.local:8000', 'http://dynamodb.local:8000'],
  ['http://dynamodb.local:8000/', 'http://dynamodb.local:8000'],
  ['HTTP://DynamoDB.Local', 'http://dynamodb.local'],
  ['http://dynamodb.local:80', 'http://dynamodb.local'],
  ['https://dynamodb.local:443/', 'https://dynamodb.local'],
  ['https://dynamodb.local:80', 'https://dynamodb.local:80'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
  ['http://dynamodb.local/path', 'http://dynamodb.local/path'],
  ['no url', undefined],
];
for (const [endpoint, normal] of NORMAL) t.equal(normalizeEndpoint(endpoint), normal, `the normal form of ${endpoint}`);
