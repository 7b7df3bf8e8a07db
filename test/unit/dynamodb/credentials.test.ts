import t from 'tap';
import { parseAllowList } from '../../../src/api/allow-list.js';
import { DUMMY_CREDENTIALS, mayHaveCredentials } from '../../../src/dynamodb/credentials.js';

t.test('who may have credentials', async (t) => {
  for (const [endpoint, region, may, reason] of [
    ['https://dynamodb.us-east-1.amazonaws.com', 'us-east-1', true, "AWS's own"],
    ['https://dynamodb.us-east-1.amazonaws.com:443', 'us-east-1', true, 'the default port, said'],
    ['https://123456789012.ddb.us-east-1.amazonaws.com', 'us-east-1', true, 'by account'],
    ['https://vpce-0a1b-c2.dynamodb.us-east-1.vpce.amazonaws.com', 'us-east-1', true, 'PrivateLink'],
    ['http://dynamodb.us-east-1.amazonaws.com', 'us-east-1', false, 'not encrypted'],
    ['https://dynamodb.us-east-1.amazonaws.com:8443', 'us-east-1', false, 'another port'],
    ['https://dynamodb.eu-central-1.amazonaws.com', 'us-east-1', false, 'another region'],
    ['https://evil.amazonaws.com', 'us-east-1', false, "anyone's host"],
    ['https://dynamodb.us-east-1.amazonaws.com.evil.example', 'us-east-1', false, 'a suffix'],
    ['https://dynamodb.us-east-1.amazonaws.com@evil.example', 'us-east-1', false, 'a user name'],
    ['https://streams.dynamodb.us-east-1.amazonaws.com', 'us-east-1', false, 'another service'],
    ['not a url', 'us-east-1', false, 'no URL'],
  ] as const)
    t.equal(mayHaveCredentials(endpoint, region, []), may, reason);
});

t.test('endpoints that the operator trusts', async (t) => {
  const trusted = parseAllowList('http://dynamodb.shop.svc:8000,https://*.example.com');
  for (const [endpoint, may, reason] of [
    ['http://dynamodb.shop.svc:8000', true, 'named'],
    ['http://dynamodb.shop.svc:8000/', true, 'a slash at the end does not matter'],
    ['https://ddb.example.com', true, 'by pattern'],
    ['http://dynamodb.shop.svc', false, 'another port'],
    ['https://dynamodb.shop.svc:8000', false, 'another scheme'],
    ['not a url', false, 'not a URL'],
  ] as const)
    t.equal(mayHaveCredentials(endpoint, 'us-east-1', trusted), may, reason);
});

t.test('the dummy credentials are such that DynamoDB Local accepts them, and nobody takes them for real', async (t) => {
  for (const value of Object.values(DUMMY_CREDENTIALS)) t.match(value, /^[A-Za-z0-9]+$/);
  t.notMatch(DUMMY_CREDENTIALS.accessKeyId, /^A(KI|SI)A/);
});
