import t from 'tap';
import { readAnswer } from '../../../../src/dynamodb/fast-path/answer.js';
import type { Operation } from '../../../../src/dynamodb/fast-path/request-body.js';

t.test('an answer in the SDK’s form', async (t) => {
  for (const [operation, text, answer] of [
    ['DeleteItem', '{}', {}],
    ['Query', '{"Items":[],"Count":0,"ScannedCount":0}', { Items: [], Count: 0, ScannedCount: 0 }],
    ['Query', '{"Items":[{"a":{"S":""}},{"b":{"N":"1e5"}}]}', { Items: [{ a: { S: '' } }, { b: { N: '1e5' } }] }],
    ['Query', '{"LastEvaluatedKey":{"a":{"B":"AP8="}}}', { LastEvaluatedKey: { a: { B: new Uint8Array([0, 255]) } } }],
    [
      'Query',
      '{"ConsumedCapacity":{"TableName":"T","CapacityUnits":0.5}}',
      { ConsumedCapacity: { TableName: 'T', CapacityUnits: 0.5 } },
    ],
    [
      'BatchWriteItem',
      '{"UnprocessedItems":{"T":[{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}]}}',
      { UnprocessedItems: { T: [{ DeleteRequest: { Key: { a: { S: 'x' } } } }] } },
    ],
    [
      'BatchWriteItem',
      '{"ConsumedCapacity":[{"GlobalSecondaryIndexes":{"i":{"CapacityUnits":2}}}]}',
      { ConsumedCapacity: [{ GlobalSecondaryIndexes: { i: { CapacityUnits: 2 } } }] },
    ],
  ] as const)
    t.same(readAnswer(operation, text), answer, `${operation} ${text}`);
  const items = readAnswer('Query', '{"Items":[{"__proto__":{"S":"x"}}]}') as { Items: object[] };
  t.ok(Object.hasOwn(items.Items[0]!, '__proto__'), 'a name that objects have already');
});

t.test('anything else is the SDK’s', async (t) => {
  const others: readonly (readonly [Operation, string])[] = [
    ['Query', ''],
    ['Query', '{'],
    ['Query', '7'],
    ['Query', 'null'],
    ['Query', '{"Items":null}'],
    ['Query', '{"Items":{}}'],
    ['Query', '{"Items":[7]}'],
    ['Query', '{"Items":[[]]}'],
    ['Query', '{"Items":[{"a":"x"}]}'],
    ['Query', '{"Items":[{"a":{}}]}'],
    ['Query', '{"Items":[{"a":{"S":"x","N":"1"}}]}'],
    ['Query', '{"Items":[{"a":{"S":1}}]}'],
    ['Query', '{"Items":[{"a":{"L":[]}}]}'],
    ['Query', '{"Items":[{"a":{"B":"AP8"}}]}'],
    ['Query', '{"Count":"1"}'],
    ['Query', '{"New":1}'],
    ['Query', '{"toString":1}'],
    ['Query', '{"UnprocessedItems":{}}'],
    ['Query', '{"ConsumedCapacity":[]}'],
    ['Query', '{"ConsumedCapacity":{"CapacityUnits":"1"}}'],
    ['Query', '{"ConsumedCapacity":{"TableName":1}}'],
    ['BatchWriteItem', '{"Items":[]}'],
    ['BatchWriteItem', '{"UnprocessedItems":[]}'],
    ['BatchWriteItem', '{"UnprocessedItems":{"T":[{"PutRequest":{"Item":{"a":{"S":"x"}}}}]}}'],
    ['BatchWriteItem', '{"UnprocessedItems":{"T":[{"DeleteRequest":{}}]}}'],
    ['BatchWriteItem', '{"UnprocessedItems":{"T":[{"DeleteRequest":{"Key":{"a":{"S":"x"}}},"More":1}]}}'],
    ['BatchWriteItem', '{"ConsumedCapacity":{}}'],
  ];
  for (const [operation, text] of others) t.equal(readAnswer(operation, text), undefined, `${operation} ${text}`);
});
