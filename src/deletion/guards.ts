import { DescribeContinuousBackupsCommand, ListTagsOfResourceCommand, type Tag } from '@aws-sdk/client-dynamodb';
import { Failure, Interruption } from '../api/failure.js';
import { hasHoldTag, type HoldTag } from '../api/holds.js';
import { classOf, nameOf } from '../dynamodb/errors.js';
import type { DeletionContext } from './context.js';
import { sendUntilDone } from './retry/retry-policy.js';

/** What a safeguard asks DynamoDB. */
interface Question {
  /** What is required, and what could not be determined if there is no answer; each begins or completes a sentence. */
  required: string;
  whether: string;
  /** The operation, and the name of its IAM action. */
  operation: string;
}

const RECOVERY: Question = {
  required: 'point-in-time recovery is required',
  whether: 'whether it is on',
  operation: 'DescribeContinuousBackups',
};

/**
 * Refuses a table that AWS could not restore.
 * @throws Failure GuardRefused, Incomplete; Interruption
 */
export async function checkPointInTimeRecovery(context: DeletionContext, tableName: string): Promise<void> {
  const { ContinuousBackupsDescription: backups } = await ask(context, RECOVERY, () =>
    context.client.send(new DescribeContinuousBackupsCommand({ TableName: tableName })),
  );
  const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  if (status === 'ENABLED') return;
  if (status === 'DISABLED')
    throw new Failure('GuardRefused', 'point-in-time recovery is required, but it is off for this table');
  throw undetermined(RECOVERY, 'the answer does not say');
}

const holdOf = ({ key, value }: HoldTag): Question => ({
  required: `tables with the tag ${value === undefined ? key : `${key}=${value}`} are under hold`,
  whether: 'whether this one has it',
  operation: 'ListTagsOfResource',
});

/** A table has at most 50 tags. More pages than that are no answer. */
const MOST_PAGES = 50;

/**
 * Refuses a table that a tag puts under hold.
 * @throws Failure GuardRefused, Incomplete; Interruption
 */
export async function checkHold(context: DeletionContext, arn: string | undefined, hold: HoldTag): Promise<void> {
  const question = holdOf(hold);
  if (arn === undefined) throw undetermined(question, 'the endpoint does not tell its ARN');
  if (hasHoldTag(await tagsOf(context, arn, question), hold))
    throw new Failure('GuardRefused', `${question.required}, and this table has it: nothing was deleted`);
}

async function tagsOf(context: DeletionContext, arn: string, question: Question): Promise<Tag[]> {
  const tags: Tag[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { ResourceArn: arn, ...(NextToken !== undefined && { NextToken }) };
    const answer = await ask(context, question, () => context.client.send(new ListTagsOfResourceCommand(input)));
    // An untagged table has an empty list.
    if (!answer.Tags) throw undetermined(question, 'the answer does not say');
    tags.push(...answer.Tags);
    NextToken = answer.NextToken;
    if (NextToken === undefined) return tags;
  }
  throw undetermined(question, 'the answer has no end');
}

/**
 * A guard fails closed: without an answer, nothing is deleted.
 * @throws Failure GuardRefused, Incomplete; Interruption
 */
async function ask<T>(context: DeletionContext, question: Question, send: () => Promise<T>): Promise<T> {
  try {
    return await sendUntilDone(context, send);
  } catch (error) {
    // Another attempt may find out.
    if (error instanceof Interruption || (error instanceof Failure && error.state === 'Incomplete')) throw error;
    const why = error instanceof Failure ? error.message : nameOf(error);
    throw undetermined(question, `${why}${hintOn(error, question)}`);
  }
}

const undetermined = ({ required, whether }: Question, why: string): Failure =>
  new Failure('GuardRefused', `${required}, but ${whether} could not be determined: ${why}`);

function hintOn(error: unknown, { operation }: Question): string {
  if (error instanceof Failure && error.state === 'AccessDenied')
    return `; the worker's identity needs the action dynamodb:${operation}`;
  // DynamoDB Local and its like.
  return classOf(error) === 'invalid' ? `; this endpoint does not answer ${operation} as AWS does` : '';
}
