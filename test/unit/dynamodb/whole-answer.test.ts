import { BatchWriteItemCommand, DeleteItemCommand, DescribeTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { whole } from '../../../src/dynamodb/whole-answer.js';

const TableName = 'Orders';
const query = new QueryCommand({ TableName });
const batch = new BatchWriteItemCommand({ RequestItems: {} });
const page = [{ pk: { S: 'a' } }, { pk: { S: 'b' } }];

for (const [why, command, answer, isWhole] of [
  ['a page', query, { Items: page, Count: 2 }, true],
  ['an empty page', query, { Items: [], Count: 0 }, true],
  ['an engine that counts nothing', query, { Items: page }, true],
  ['a page without items', query, { Count: 0 }, false],
  ['nothing but its metadata', query, { $metadata: {} }, false],
  ['fewer items than it counts', query, { Items: page.slice(1), Count: 2 }, false],
  ['more items than it counts', query, { Items: page, Count: 1 }, false],
  ['a batch of which all was done', batch, { UnprocessedItems: {} }, true],
  ['a batch of which something was not', batch, { UnprocessedItems: { Orders: [] } }, true],
  ['a batch that says nothing of it', batch, { ConsumedCapacity: [] }, false],
  ['a delete says nothing, and a read follows it', new DeleteItemCommand({ TableName, Key: {} }), {}, true],
  ['a table', new DescribeTableCommand({ TableName }), { Table: { TableName } }, true],
  ['an empty table', new DescribeTableCommand({ TableName }), { Table: {} }, false],
  ['no table', new DescribeTableCommand({ TableName }), {}, false],
] as const)
  t.test(why, async (t) => {
    if (isWhole) t.equal(whole(command, answer), answer);
    else t.throws(() => whole(command, answer), { name: 'IncompleteAnswer' });
  });
