import t from 'tap';
import { requestBody } from '../../../../src/dynamodb/fast-path/request-body.js';

const item = { pk: { S: 'a' }, sk: { N: '1' } };

t.test('the input as DynamoDB’s JSON, in the SDK’s order', async (t) => {
  for (const [what, body, expected] of [
    [
      'Query',
      requestBody('Query', { ConsistentRead: true, Limit: 2, TableName: 'T', ExclusiveStartKey: item }),
      '{"TableName":"T","Limit":2,"ConsistentRead":true,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"}}}',
    ],
    [
      'BatchWriteItem',
      requestBody('BatchWriteItem', { RequestItems: { T: [{ DeleteRequest: { Key: item } }] } }),
      '{"RequestItems":{"T":[{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}}]}}',
    ],
    [
      'DeleteItem',
      requestBody('DeleteItem', { Key: { pk: { B: new Uint8Array([255, 0]) } }, TableName: 'T' }),
      '{"TableName":"T","Key":{"pk":{"B":"/wA="}}}',
    ],
    [
      'a view of a larger buffer',
      requestBody('DeleteItem', { TableName: 'T', Key: { pk: { B: new Uint8Array([1, 2, 3]).subarray(1) } } }),
      '{"TableName":"T","Key":{"pk":{"B":"AgM="}}}',
    ],
    [
      'false is a value',
      requestBody('Query', { TableName: 'T', ScanIndexForward: false }),
      '{"TableName":"T","ScanIndexForward":false}',
    ],
    ['undefined is none', requestBody('Query', { TableName: 'T', ExclusiveStartKey: undefined }), '{"TableName":"T"}'],
    [
      'a name that objects have already',
      requestBody('DeleteItem', { TableName: 'T', Key: { ['__proto__']: { S: 'x' } } }),
      '{"TableName":"T","Key":{"__proto__":{"S":"x"}}}',
    ],
  ] as const)
    t.equal(body, expected, what);
});

t.test('what no deletion sends is the SDK’s', async (t) => {
  for (const [what, body] of [
    ['a field', requestBody('Query', { TableName: 'T', IndexName: 'i' })],
    ['a list', requestBody('Query', { TableName: 'T', ExclusiveStartKey: { pk: { L: [] } } })],
    ['a value of no type', requestBody('DeleteItem', { TableName: 'T', Key: { pk: {} as never } })],
    ['a put', requestBody('BatchWriteItem', { RequestItems: { T: [{ PutRequest: { Item: item } }] } })],
    [
      'a delete beside a put',
      requestBody('BatchWriteItem', {
        RequestItems: { T: [{ DeleteRequest: { Key: item }, PutRequest: { Item: item } }] },
      }),
    ],
    [
      'a delete without a key',
      requestBody('BatchWriteItem', { RequestItems: { T: [{ DeleteRequest: { Key: undefined } }] } }),
    ],
    [
      'one bad key among good ones',
      requestBody('BatchWriteItem', {
        RequestItems: { T: [{ DeleteRequest: { Key: item } }, { DeleteRequest: { Key: { pk: { NULL: true } } } }] },
      }),
    ],
  ] as const)
    t.equal(body, undefined, what);
});
