import { readFileSync } from 'node:fs';
import t from 'tap';
import { CREATED_BY_ANNOTATION } from '../../../../src/api/names.js';
import { STATES } from '../../../../src/api/states.js';
import { statusText } from '../../../../src/cli/kubectl/status-text.js';
import { nextStep } from '../../../../src/cli/kubectl/next-step.js';
import { seen, unanswered } from '../../../support/seen.js';

const command = (subcommand: string): string => `kubectl ddp ${subcommand} erase-tenant`;

t.test('a count', async (t) => {
  t.strictSame(statusText(seen(), command).split('\n'), [
    'DryRunComplete: the message',
    '  resource  shop/erase-tenant',
    '  table     Orders in us-east-1',
    '  target    one whole partition',
    '  mode      DryRun',
    '  counted   2,500 items; 2,500 to 5,000 write units to delete them',
    '  next      to delete what was counted: kubectl ddp approve erase-tenant',
  ]);
});

t.test('a deletion with proof and receipt, of part of a partition at another endpoint', async (t) => {
  const { ddbCtlDpJob } = seen().spec;
  const done = seen({
    state: 'PartitionDeleted',
    metadata: { deletionTimestamp: '2026-11-30T03:00:00Z' },
    spec: {
      mode: 'Execute',
      suspend: true,
      cancel: true,
      ddbCtlDpJob: {
        ...ddbCtlDpJob,
        endpointURL: 'http://db:8000',
        sortKey: { beginsWith: 'SECRETRANGE' },
        partitionValueFrom: { secretKeyRef: { name: 'ddbctl-a', key: 'k' } },
      },
    },
    status: {
      progress: { itemsFound: 12, itemsDeleted: 1, atLeast: true, writeUnits: 14, writeUnitsEstimated: true },
      verifiedEmpty: true,
      completionTime: '2026-11-30T02:30:00Z',
      job: { name: 'erase-tenant-1a2b' },
      receipt: 'a.b.c',
    },
  });
  t.strictSame(statusText(done, command).split('\n'), [
    'PartitionDeleted: the message',
    '  resource  shop/erase-tenant, being deleted',
    '  table     Orders in us-east-1 at http://db:8000',
    '  target    part of one partition, by sort key, its key from a Secret',
    '  mode      Execute (this status: DryRun), suspend, cancel',
    '  counted   2,500 items; 2,500 to 5,000 write units to delete them',
    '  found     at least 12 items',
    '  deleted   at least 1 item, about 14 write units',
    '  proof     a consistent read after the last write found nothing',
    '  finished  2026-11-30T02:30:00Z',
    '  job       erase-tenant-1a2b',
    '  receipt   kubectl ddp receipt erase-tenant',
    '  next      keep the receipt: kubectl ddp receipt erase-tenant',
  ]);
});

t.test('no status says the key, or moves the cursor', async (t) => {
  const forged = seen({ status: { completionTime: 'now\u001b[2J\nnext' } });
  t.match(statusText(forged, command), 'now\ufffd[2J\ufffdnext');
  for (const state of STATES) t.notMatch(statusText(seen({ state }), command), /SECRET/, state);
});

t.test('not answered yet', async (t) => {
  t.match(statusText(unanswered(), command), /^Unknown: the operator has not answered yet\n/);
  t.match(nextStep(unanswered(), command), /if that lasts: kubectl -n dynamoctl-dp-operator-system get pods/);
  t.match(nextStep(seen({ metadata: { generation: 3 } }), command), /not answered the latest edit/);
});

t.test('a deletion that waits for another person is approved, and one that had begun is resumed', async (t) => {
  const metadata = { annotations: { [CREATED_BY_ANNOTATION]: 'ann' } };
  const waits = { state: 'Suspended', spec: { mode: 'Execute', suspend: true }, status: { mode: 'Execute' } } as const;
  const APPROVE = 'for another person than its creator, to let it begin: kubectl ddp approve erase-tenant';
  const RESUME = 'to let it go on: kubectl ddp resume erase-tenant';
  for (const [claim, of, step] of [
    ['it names its creator', { ...waits, metadata }, APPROVE],
    ['it names nobody', waits, RESUME],
    ['it had begun', { ...waits, metadata, status: { ...waits.status, startTime: '2026-11-30T02:00:00Z' } }, RESUME],
    ['a count', { ...waits, metadata, spec: { suspend: true } }, RESUME],
  ] as const)
    t.equal(nextStep(seen(of), command), step, claim);
});

const runbook = readFileSync('docs/runbook.md', 'utf8');

t.test('every state has a next step: a command of the plugin, nothing, or its place in the runbook', async (t) => {
  for (const state of STATES) {
    const step = nextStep(seen({ state }), command);
    const anchor = /runbook\.md#(\w+)$/.exec(step)?.[1];
    if (anchor === undefined) t.match(step, /^nothing|kubectl ddp (resume|approve|logs) erase-tenant$/, state);
    else t.match(runbook, new RegExp(`^### ${anchor}$`, 'im'), `${state} is in the runbook`);
  }
  const newer = seen();
  for (const condition of newer.status?.conditions ?? []) condition.reason = 'Unheard';
  t.match(nextStep(newer, command), /does not know the state/);
});
