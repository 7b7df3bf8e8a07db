/** dynamodb-toolbox's DeletePartition, as its documentation shows it. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'dynamodb-toolbox/entity';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { DeletePartitionCommand } from 'dynamodb-toolbox/table/actions/deletePartition';
import { Table } from 'dynamodb-toolbox/table';
import { client, partition, TableName } from './arguments.js';

const table = new Table({
  name: TableName,
  partitionKey: { name: 'pk', type: 'string' },
  sortKey: { name: 'sk', type: 'string' },
  documentClient: DynamoDBDocumentClient.from(client),
});
const entity = new Entity({
  name: 'Item',
  table,
  schema: item({ pk: string().key(), sk: string().key() }),
  timestamps: false,
});
await table.build(DeletePartitionCommand).entities(entity).query({ partition: partition.S }).send();
