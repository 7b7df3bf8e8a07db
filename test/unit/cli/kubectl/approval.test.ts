import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../../../src/api/names.js';
import { approvalOf } from '../../../../src/cli/kubectl/approval.js';
import type { Seen } from '../../../../src/cli/kubectl/resource.js';
import { seen, unanswered } from '../../../support/seen.js';

const BY_ANN = { [CREATED_BY_ANNOTATION]: 'ann' };

/** @throws if there is nothing to approve */
function approved(of: Seen) {
  const approval = approvalOf(of);
  if ('refused' in approval) throw new Error(approval.refused);
  return approval;
}

const time = '2026-11-30T02:00:00Z';

t.test('what was seen is approved, and nothing else: the patch holds its uid and its version', async (t) => {
  const { question, namesApprover, change } = approved(seen());
  t.equal(
    question,
    'Delete 2,500 items (2,500 to 5,000 write units) from table Orders in us-east-1, as counted at 2026-11-30T02:00:00Z?',
  );
  t.equal(namesApprover, false);
  t.strictSame(change(), { metadata: { uid: '7f3a', resourceVersion: '4711' }, spec: { mode: 'Execute' } });
  t.match(approvalOf(seen({ spec: { suspend: true } })), { question: /\? It stays paused until it is resumed\.$/ });
  t.equal(approved(seen({ status: { dryRun: { itemsFound: 1, completionTime: time } } })).deletes, '1 item');
});

t.test('where a creator is named, so is who approves', async (t) => {
  const { namesApprover, change } = approved(seen({ metadata: { annotations: BY_ANN } }));
  t.equal(namesApprover, true);
  t.strictSame(change('ben'), {
    metadata: { uid: '7f3a', resourceVersion: '4711', annotations: { [APPROVED_BY_ANNOTATION]: 'ben' } },
    spec: { mode: 'Execute' },
  });
});

const WAITS = {
  spec: { mode: 'Execute', suspend: true },
  metadata: { annotations: BY_ANN },
  state: 'Suspended',
  status: { mode: 'Execute', dryRun: { completionTime: time } },
} as const;

t.test('what was created suspended is approved by the change that resumes it', async (t) => {
  const { question, deletes, namesApprover, change } = approved(seen(WAITS));
  t.equal(
    question,
    'Delete from table Orders in us-east-1: one whole partition? Nothing was counted. It begins at once.',
  );
  t.equal(deletes, 'one whole partition');
  t.equal(namesApprover, true);
  t.strictSame(change('ben'), {
    metadata: { uid: '7f3a', resourceVersion: '4711', annotations: { [APPROVED_BY_ANNOTATION]: 'ben' } },
    spec: { suspend: false },
  });
  const { ddbCtlDpJob } = seen().spec;
  const limited = { maxItems: 1_000, ddbCtlDpJob: { ...ddbCtlDpJob, sortKey: { beginsWith: 'SECRETRANGE' } } };
  t.equal(
    approved(seen({ ...WAITS, spec: { ...WAITS.spec, ...limited } })).question,
    'Delete from table Orders in us-east-1: part of one partition, by sort key? Nothing was counted. At most 1,000 items are deleted (maxItems). It begins at once.',
  );
  const { mode: _, ...modeless } = seen(WAITS).spec;
  t.strictSame(approved({ ...seen(WAITS), spec: modeless }).change('ben'), change('ben'), 'no mode means Execute');
});

t.test('so is what was approved and paused before its status said that it began', async (t) => {
  const startTime = '2026-11-30T01:59:00Z';
  for (const [claim, status] of [
    ['its status tells of the count, which has a start of its own', { mode: 'DryRun', startTime }],
    ['its status tells of the deletion, which has none', { mode: 'Execute' }],
  ] as const) {
    const { question, deletes, change } = approved(seen({ ...WAITS, status }));
    t.match(question, /^Delete 2,500 items .* as counted at 2026-11-30T02:00:00Z\? It begins at once\.$/, claim);
    t.equal(deletes, '2,500 items (2,500 to 5,000 write units)', claim);
    t.match(change('ben'), { spec: { suspend: false } }, claim);
  }
});

const REFUSED: readonly { claim: string; of: Seen; why: RegExp }[] = [
  { claim: 'it goes anyway', of: seen({ metadata: { deletionTimestamp: time } }), why: /is being deleted/ },
  { claim: 'cancelled', of: seen({ spec: { cancel: true } }), why: /it is cancelled/ },
  { claim: 'approved before', of: seen({ spec: { mode: 'Execute' } }), why: /mode is Execute.*has been approved, or/ },
  {
    claim: 'no mode means Execute',
    of: { ...seen(), spec: { ddbCtlDpJob: seen().spec.ddbCtlDpJob } },
    why: /mode is Execute, not DryRun: it deletes without an approval/,
  },
  {
    claim: 'no mode, where its creator is named',
    of: { ...seen({ metadata: { annotations: BY_ANN } }), spec: { ddbCtlDpJob: seen().spec.ddbCtlDpJob } },
    why: /mode is Execute, not DryRun: it has been approved, or deletes without an approval/,
  },
  {
    claim: 'a deletion that waits, where nobody has to approve',
    of: seen({ ...WAITS, metadata: {} }),
    why: /has been approved, or deletes without an approval/,
  },
  {
    claim: 'a deletion that was paused after it began',
    of: seen({ ...WAITS, status: { mode: 'Execute', startTime: time } }),
    why: /it had begun when it was paused, so anyone may let it go on: kubectl ddp resume/,
  },
  {
    claim: 'one that waits, and was edited since',
    of: seen({ ...WAITS, metadata: { ...WAITS.metadata, generation: 3 } }),
    why: /has not answered its latest edit/,
  },
  { claim: 'never answered', of: unanswered(), why: /has not answered its latest edit/ },
  { claim: 'an edit since', of: seen({ metadata: { generation: 3 } }), why: /has not answered its latest edit/ },
  { claim: 'it still counts', of: seen({ state: 'Running' }), why: /not complete: the state is Running/ },
  { claim: 'the count failed', of: seen({ state: 'TableNotFound' }), why: /the state is TableNotFound/ },
  {
    claim: 'the end of another mode',
    of: seen({ status: { mode: 'Execute' } }),
    why: /not complete/,
  },
  {
    claim: 'no condition, though there is a count',
    of: seen({ status: { conditions: [] } }),
    why: /the state is unknown/,
  },
  {
    claim: 'an approval that would not let it begin, under the policy for a second person',
    of: seen({ metadata: { annotations: BY_ANN }, spec: { suspend: true } }),
    why: /it is paused, and who approves lets the run begin: first kubectl ddp resume/,
  },
  {
    claim: 'nobody knows the count',
    of: seen({ status: { dryRun: { completionTime: time } } }),
    why: /has no count, because the worker could not report it/,
  },
];

t.test('without a complete count there is nothing to approve', async (t) => {
  for (const { claim, of, why } of REFUSED) t.match(approvalOf(of), { refused: why }, claim);
});
