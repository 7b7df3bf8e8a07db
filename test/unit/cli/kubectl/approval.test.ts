import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../../../src/api/names.js';
import { approvalOf, countOf } from '../../../../src/cli/kubectl/approval.js';
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
  t.equal(countOf(seen({ status: { dryRun: { itemsFound: 1, completionTime: time } } })), '1 item');
});

t.test('where a creator is named, so is who approves', async (t) => {
  const { namesApprover, change } = approved(seen({ metadata: { annotations: BY_ANN } }));
  t.equal(namesApprover, true);
  t.strictSame(change('ben'), {
    metadata: { uid: '7f3a', resourceVersion: '4711', annotations: { [APPROVED_BY_ANNOTATION]: 'ben' } },
    spec: { mode: 'Execute' },
  });
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
