import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import t from 'tap';
import { templateOf } from '../../../../src/dynamodb/fast-path/template.js';
import { client } from './handler.js';

async function signedQuery(): Promise<HttpRequest> {
  const { handler, sdk } = client();
  await sdk.send(new QueryCommand({ TableName: 'T' }));
  return handler.last;
}

t.test('a request that the SDK has signed is a template', async (t) => {
  const request = await signedQuery();
  const before = HttpRequest.clone(request);
  const template = templateOf(request)!;
  t.match(template, {
    operation: 'Query',
    accessKeyId: 'AKIAFIRST',
    signingRegion: 'eu-central-1',
    signingName: 'dynamodb',
  });
  const [first, second] = [template.requestWith('{"é":1}'), template.requestWith('{}')];
  t.equal(first.body, '{"é":1}');
  t.equal(first.headers['content-length'], '8', 'bytes, not characters');
  for (const name of ['authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']) {
    t.ok(name in before.headers, `the template had ${name}`);
    t.notOk(name in first.headers, 'which is signed anew');
  }
  const ids = [request, first, second].map(({ headers }) => headers['amz-sdk-invocation-id']!);
  t.equal(new Set(ids).size, 3, 'each request has an id of its own');
  for (const id of ids) t.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  t.same(request.headers, before.headers, 'the request itself stays as it is');
});

t.test('the last id is followed by the first', async (t) => {
  const request = await signedQuery();
  request.headers['amz-sdk-invocation-id'] = '00000000-0000-4000-8000-ffffffffffff';
  t.equal(
    templateOf(request)!.requestWith('').headers['amz-sdk-invocation-id'],
    '00000000-0000-4000-8000-000000000000',
  );
});

t.test('other requests are none', async (t) => {
  const changes: Readonly<Record<string, Record<string, string>>> = {
    'another operation': { 'x-amz-target': 'DynamoDB_20120810.DescribeTable' },
    'another version': { 'x-amz-target': 'DynamoDB_20250101.Query' },
    'another signature': { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=A/20260101/dynamodb/aws4_request, x' },
    'no signature': { authorization: '' },
  };
  for (const [what, headers] of Object.entries(changes)) {
    const request = await signedQuery();
    Object.assign(request.headers, headers);
    t.equal(templateOf(request), undefined, what);
  }
});
