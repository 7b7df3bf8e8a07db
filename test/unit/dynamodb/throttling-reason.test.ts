import t from 'tap';
import { namesSharedCapacity, reasonsOf, scopeOf } from '../../../src/dynamodb/throttling-reason.js';

t.test('what a reason slows down', async (t) => {
  for (const [reason, scope, why] of [
    ['TableWriteKeyRangeThroughputExceeded', 'group', 'one physical partition'],
    ['TableWriteProvisionedThroughputExceeded', 'table', "the table's capacity"],
    ['TableWriteMaxOnDemandThroughputExceeded', 'table', 'the maximum of an on-demand table'],
    ['TableWriteAccountLimitExceeded', 'table', "the account's quota"],
    ['IndexWriteProvisionedThroughputExceeded', 'table', 'an index is part of every write'],
    ['IndexWriteKeyRangeThroughputExceeded', 'table', "an index's partition is not the table's"],
    ['TableReadKeyRangeThroughputExceeded', 'read', 'reads'],
    ['IndexReadAccountLimitExceeded', 'read', 'reads of an index'],
    ['TableWriteSomethingNewExceeded', undefined, 'a limit that does not exist yet'],
    ['tableWriteKeyRangeThroughputExceeded', undefined, 'another spelling'],
    ['', undefined, 'nothing'],
  ] as const)
    t.equal(scopeOf(reason), scope, `${reason}: ${why}`);
});

t.test('who is refused with a reason', async (t) => {
  for (const [reason, everybody, why] of [
    ['TableWriteProvisionedThroughputExceeded', true, 'everybody takes from the capacity of the table'],
    ['IndexWriteProvisionedThroughputExceeded', true, 'and from that of an index'],
    ['TableWriteMaxOnDemandThroughputExceeded', true, 'or its maximum'],
    ['IndexWriteAccountLimitExceeded', true, 'or the quota of the account'],
    ['TableWriteKeyRangeThroughputExceeded', false, 'a physical partition may be ours alone'],
    ['IndexWriteKeyRangeThroughputExceeded', false, "and an index's too"],
    ['TableReadProvisionedThroughputExceeded', false, 'reads are something else'],
    ['TableWriteProvisionedThroughputExceeded!', false, 'another spelling'],
  ] as const)
    t.equal(namesSharedCapacity(reason), everybody, `${reason}: ${why}`);
});

t.test('the reasons of an exception', async (t) => {
  const [one, two] = ['TableWriteKeyRangeThroughputExceeded', 'TableWriteAccountLimitExceeded'];
  for (const [error, reasons, why] of [
    [{ throttlingReasons: [{ reason: one, resource: 'arn' }] }, [one], 'ThrottlingException'],
    [{ ThrottlingReasons: [{ reason: one }, { reason: two }] }, [one, two], 'ProvisionedThroughputExceededException'],
    [{ name: 'ThrottlingException' }, [], 'an exception without reasons'],
    [{ throttlingReasons: 'x' }, [], 'not a list'],
    [{ throttlingReasons: [{}, null, { reason: 7 }, { reason: one }] }, [one], 'entries without a reason'],
    [undefined, [], 'thrown without anything'],
  ] as const)
    t.same(reasonsOf(error), reasons, why);
});
