import t from 'tap';
import { approvalOf, countOf } from '../../../../src/cli/kubectl/approval.js';
import type { Seen } from '../../../../src/cli/kubectl/resource.js';
import { seen, unanswered } from '../../../support/seen.js';

const time = '2026-11-30T02:00:00Z';

t.test('what was seen is approved, and nothing else: the patch holds its uid and its version', async (t) => {
  t.strictSame(approvalOf(seen()), {
    question:
      'Delete 2,500 items (2,500 to 5,000 write units) from table Orders in us-east-1, as counted at 2026-11-30T02:00:00Z?',
    change: { metadata: { uid: '7f3a', resourceVersion: '4711' }, spec: { mode: 'Execute' } },
  });
  t.match(approvalOf(seen({ spec: { suspend: true } })), { question: /\? It stays paused until it is resumed\.$/ });
  t.equal(countOf(seen({ status: { dryRun: { itemsFound: 1, completionTime: time } } })), '1 item');
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
    claim: 'nobody knows the count',
    of: seen({ status: { dryRun: { completionTime: time } } }),
    why: /has no count, because the worker could not report it/,
  },
];

t.test('without a complete count there is nothing to approve', async (t) => {
  for (const { claim, of, why } of REFUSED) t.match(approvalOf(of), { refused: why }, claim);
});
