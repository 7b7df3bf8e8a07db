import t from 'tap';
import { Interruption } from '../../../src/api/failure.js';
import { checkHold, checkPointInTimeRecovery } from '../../../src/deletion/guards.js';
import { scripted, sdkError } from './scripted.js';

const unknownOperation = sdkError('UnknownOperationException', 400);
const denied = sdkError('AccessDeniedException', 400);

const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders';
const HOLD = { key: 'dynamoctl/hold', value: 'true' };

t.test('a table under hold is refused, and so is one of which that is unknown', async (t) => {
  const unknown =
    'tables with the tag dynamoctl/hold=true are under hold, but whether this one has it could not be determined: ';
  const refused = 'tables with the tag dynamoctl/hold=true are under hold, and this table has it: nothing was deleted';
  for (const [reason, answer, message] of [
    ['under hold', { Tags: [{ Key: 'dynamoctl/hold', Value: 'true' }] }, refused],
    ['an answer without a list', {}, `${unknown}the answer does not say`],
    ['an answer without an end', { Tags: [], NextToken: 'again' }, `${unknown}the answer has no end`],
    ['denied', denied, /needs the action dynamodb:ListTagsOfResource$/],
    [
      'an engine that does not know tags',
      unknownOperation,
      `${unknown}UnknownOperationException, HTTP 400; this endpoint does not answer ListTagsOfResource as AWS does`,
    ],
    [
      'a table that is gone',
      sdkError('ResourceNotFoundException', 400),
      /could not be determined: the table does not exist in this account and region$/,
    ],
  ] as const) {
    const { context } = scripted({ ListTagsOfResource: () => answer });
    await t.rejects(checkHold(context, ARN, HOLD), { name: 'Failure', state: 'GuardRefused', message }, reason);
  }
  const endless = scripted({ ListTagsOfResource: () => ({ Tags: [], NextToken: 'again' }) });
  await t.rejects(checkHold(endless.context, ARN, HOLD));
  t.equal(endless.sent.length, 50, 'it asks for no more pages than a table can have tags');
  const { context } = scripted();
  await t.rejects(checkHold(context, undefined, HOLD), { message: `${unknown}the endpoint does not tell its ARN` });
});

t.test('a table that is not under hold, over all pages of its tags', async (t) => {
  const pages = [{ Tags: [{ Key: 'team', Value: 'a' }], NextToken: '1' }, { Tags: [] }];
  const { context, sent } = scripted({ ListTagsOfResource: (_, earlier) => pages[earlier]! });
  await checkHold(context, ARN, HOLD);
  t.same(
    sent.map(({ input }) => input),
    [{ ResourceArn: ARN }, { ResourceArn: ARN, NextToken: '1' }],
  );
  const last = scripted({
    ListTagsOfResource: (_, earlier) => [pages[0]!, { Tags: [{ Key: 'hold' }] }][earlier]!,
  });
  await t.rejects(
    checkHold(last.context, ARN, { key: 'hold', value: undefined }),
    { state: 'GuardRefused', message: /tag hold are under hold/ },
    'the tag is on the last page',
  );
});

t.test('throttled without end: another attempt asks again', async (t) => {
  const { context } = scripted({ ListTagsOfResource: () => sdkError('ThrottlingException', 400) });
  await t.rejects(checkHold(context, ARN, HOLD), { name: 'Failure', state: 'Incomplete' });
});

const backups = (PointInTimeRecoveryStatus?: string) => ({
  ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } },
});

t.test('point-in-time recovery: anything but ENABLED is refused, and the refusal says what is wrong', async (t) => {
  const unknown = 'point-in-time recovery is required, but whether it is on could not be determined: ';
  for (const [reason, answer, message] of [
    ['off', backups('DISABLED'), 'point-in-time recovery is required, but it is off for this table'],
    ['not said', backups(), `${unknown}the answer does not say`],
    ['a word of a later API', backups('ENABLING'), `${unknown}the answer does not say`],
    ['an empty answer', {}, `${unknown}the answer does not say`],
    ['half an answer', { ContinuousBackupsDescription: {} }, `${unknown}the answer does not say`],
    [
      'denied',
      denied,
      /^point-in-time recovery is required, but whether it is on could not be determined: access was denied: AccessDeniedException, HTTP 400.*; the worker's identity needs the action dynamodb:DescribeContinuousBackups$/,
    ],
    [
      'an engine that does not know it',
      unknownOperation,
      `${unknown}UnknownOperationException, HTTP 400; this endpoint does not answer DescribeContinuousBackups as AWS does`,
    ],
    ['something that is no DynamoDB', sdkError('Surprise', 418), /could not be determined: .*cannot be used: [^;]*$/],
  ] as const) {
    const { context } = scripted({ DescribeContinuousBackups: () => answer });
    await t.rejects(
      checkPointInTimeRecovery(context, 'Orders'),
      { name: 'Failure', state: 'GuardRefused', message },
      reason,
    );
  }
  const { context, sent } = scripted({ DescribeContinuousBackups: () => backups('ENABLED') });
  await checkPointInTimeRecovery(context, 'Orders');
  t.match(sent, [{ operation: 'DescribeContinuousBackups', input: { TableName: 'Orders' } }], 'on');
});

t.test('what may pass is waited for, and leaves it to another attempt: throttling, faults and a drain', async (t) => {
  for (const [reason, answer] of [
    ['throttled', sdkError('ThrottlingException', 400)],
    ['unavailable', sdkError('ServiceUnavailable', 503)],
  ] as const) {
    const { context, clock } = scripted({ DescribeContinuousBackups: () => answer });
    await t.rejects(checkPointInTimeRecovery(context, 'Orders'), { name: 'Failure', state: 'Incomplete' }, reason);
    t.ok(clock.now() >= 600_000, `${reason}: for ten minutes`);
  }
  const stop = new AbortController();
  const { context } = scripted(
    { DescribeContinuousBackups: () => (stop.abort(new Interruption(143, 'stop')), unknownOperation) },
    { signal: stop.signal },
  );
  await t.rejects(checkPointInTimeRecovery(context, 'Orders'), { name: 'Interruption', exitCode: 143 });
});
