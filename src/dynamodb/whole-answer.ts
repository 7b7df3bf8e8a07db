import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';

/**
 * A success without what DynamoDB always says in one: the connection was cut between the head of the answer and its body, or
 * something along the way said 200. Taken at its word, it would prove that a partition is empty.
 */
class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/** By the command, whether an answer to it holds what DynamoDB always sends. What guards ask is checked in `deletion/guards.ts`. */
const IS_WHOLE = new Map<unknown, (answer: object) => boolean>([
  [
    QueryCommand,
    ({ Items, Count }: Partial<QueryCommandOutput>) => Items !== undefined && Items.length === (Count ?? Items.length),
  ],
  [DescribeTableCommand, ({ Table }: Partial<DescribeTableCommandOutput>) => Object.keys(Table ?? {}).length > 0],
  [
    BatchWriteItemCommand,
    ({ UnprocessedItems }: Partial<BatchWriteItemCommandOutput>) => UnprocessedItems !== undefined,
  ],
]);

/** @throws IncompleteAnswer */
export function whole<Answer>(command: object, answer: Answer): Answer {
  if (IS_WHOLE.get(command.constructor)?.(answer as object) === false)
    throw new IncompleteAnswer('the answer lacks what DynamoDB always sends');
  return answer;
}
