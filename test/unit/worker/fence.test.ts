import t from 'tap';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import {
  endedBefore,
  FENCE_LIMIT_MS,
  FENCE_PATIENCE_MS,
  type FenceAnswer,
  fenceAnswer,
  type FenceMemory,
  type FenceSelf,
  fenceVerdict,
  mayWrite,
  mustGiveUp,
  NO_MEMORY,
} from '../../../src/worker/fence.js';
import { readLiveParent } from '../../../src/worker/live-parent.js';

const SELF: FenceSelf = { parentUID: 'parent', jobUID: 'job', mode: 'Execute' };
const TARGET = { tableId: 'table', digest: 'a'.repeat(64) };

interface Parts {
  metadata?: object;
  spec?: object;
  status?: object;
}
const parent = ({ metadata, spec, status }: Parts = {}): FenceAnswer => ({
  kind: 'parent',
  parent: { metadata: { uid: 'parent', ...metadata }, spec: { ...spec }, status: { ...status } },
});
const judge = (answer: FenceAnswer, self: Partial<FenceSelf> = {}, memory: FenceMemory = NO_MEMORY) =>
  fenceVerdict(memory, answer, { ...SELF, ...self }, 1000);
const reporting = (target: object, parentUID = 'parent') =>
  parent({ metadata: { annotations: { [REPORT_ANNOTATION]: JSON.stringify({ parentUID, target }) } } });
const finished = (mode: string | undefined) => ({ mode, conditions: [{ type: 'Finished', status: 'True' }] });
const own: FenceMemory = { lastAnswer: 0, wasOwn: true };

const CASES: readonly [
  reason: string,
  answer: FenceAnswer,
  self: Partial<FenceSelf>,
  memory: FenceMemory,
  expected: 'go' | 4 | 143,
][] = [
  ['nothing against it', parent(), {}, NO_MEMORY, 'go'],
  ['its own Job', parent({ status: { job: { name: 'j', uid: 'job' } } }), {}, NO_MEMORY, 'go'],
  ['a Job that is not recorded yet', parent({ status: { job: { name: 'j' } } }), {}, NO_MEMORY, 'go'],
  [
    'its Job was seen, and is recorded no more: it was lost before this pod could look',
    parent({ status: { job: { name: 'j' }, seenJobs: [{ mode: 'Execute', uid: 'job' }] } }),
    {},
    NO_MEMORY,
    143,
  ],
  [
    'another Job was seen, and its own is not recorded yet',
    parent({ status: { job: { name: 'j' }, seenJobs: [{ mode: 'Execute', uid: 'other' }] } }),
    {},
    NO_MEMORY,
    'go',
  ],
  [
    'a count that was seen, while the status speaks of the deletion that waits for it',
    parent({ spec: { mode: 'Execute' }, status: { mode: 'Execute', seenJobs: [{ mode: 'DryRun', uid: 'job' }] } }),
    { mode: 'DryRun' },
    NO_MEMORY,
    'go',
  ],
  ['gone', { kind: 'gone' }, {}, NO_MEMORY, 4],
  ['another of the same name', parent({ metadata: { uid: 'other' } }), {}, NO_MEMORY, 4],
  ['the recorded target', parent({ status: { target: TARGET } }), { target: TARGET }, NO_MEMORY, 'go'],
  [
    'a table that was re-created',
    parent({ status: { target: TARGET } }),
    { target: { ...TARGET, tableId: 'x' } },
    NO_MEMORY,
    4,
  ],
  ['another key', parent({ status: { target: TARGET } }), { target: { ...TARGET, digest: 'x' } }, NO_MEMORY, 4],
  [
    'a target that was reported and is not recorded',
    reporting(TARGET),
    { target: { ...TARGET, digest: 'x' } },
    NO_MEMORY,
    4,
  ],
  ['the reported target', reporting(TARGET), { target: TARGET }, NO_MEMORY, 'go'],
  ["another resource's report", reporting({ ...TARGET, digest: 'x' }, 'other'), { target: TARGET }, NO_MEMORY, 'go'],
  ['its own target is not known yet', parent({ status: { target: TARGET } }), {}, NO_MEMORY, 'go'],
  ['half a recorded target', parent({ status: { target: { tableId: 'x' } } }), { target: TARGET }, NO_MEMORY, 'go'],
  ['being deleted', parent({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), {}, NO_MEMORY, 143],
  ['cancelled', parent({ spec: { cancel: true } }), {}, NO_MEMORY, 143],
  ['suspended', parent({ spec: { suspend: true } }), {}, NO_MEMORY, 143],
  ['suspended by something that is no boolean', parent({ spec: { suspend: 'true' } }), {}, NO_MEMORY, 'go'],
  ['not approved any more', parent({ spec: { mode: 'DryRun' } }), {}, NO_MEMORY, 143],
  ['a mode that nobody knows', parent({ spec: { mode: 'Other' } }), {}, NO_MEMORY, 143],
  ['approved in words', parent({ spec: { mode: 'Execute' } }), {}, NO_MEMORY, 'go'],
  ['an approval waits for the count', parent({ spec: { mode: 'Execute' } }), { mode: 'DryRun' }, NO_MEMORY, 'go'],
  ['a count is wanted, and it counts', parent({ spec: { mode: 'DryRun' } }), { mode: 'DryRun' }, NO_MEMORY, 'go'],
  [
    'another condition is True than that it has finished',
    parent({
      status: {
        conditions: [
          { type: 'Finished', status: 'False' },
          { type: 'PolicyCompliant', status: 'True' },
        ],
      },
    }),
    {},
    NO_MEMORY,
    'go',
  ],
  ['this run has finished', parent({ status: finished('Execute') }), {}, NO_MEMORY, 143],
  ['it has finished, and no mode is said', parent({ status: finished(undefined) }), {}, NO_MEMORY, 143],
  ['the count before it has finished', parent({ status: finished('DryRun') }), {}, NO_MEMORY, 'go'],
  ['another Job from the start', parent({ status: { job: { uid: 'other' } } }), {}, NO_MEMORY, 143],
  ["its own Job was recorded, and now another's is", parent({ status: { job: { uid: 'other' } } }), {}, own, 143],
  ['its own Job was lost: the record is cleared', parent({ status: { job: { name: 'j' } } }), {}, own, 143],
  ['the Job of the count', parent({ status: { mode: 'DryRun', job: { uid: 'other' } } }), {}, NO_MEMORY, 'go'],
  ['no right to look', { kind: 'none', why: 'no' }, {}, own, 'go'],
  ['no answer', { kind: 'none', why: 'ETIMEDOUT' }, {}, own, 'go'],
  ['a parent that is no object', { kind: 'parent', parent: 'x' }, {}, NO_MEMORY, 4],
  ['a broken status', parent({ status: { conditions: 'x', job: 1, target: [] } }), {}, NO_MEMORY, 'go'],
];

for (const [reason, answer, self, memory, expected] of CASES)
  t.test(reason, async (t) => {
    const { verdict } = judge(answer, self, memory);
    if (expected === 'go') t.same(verdict, { kind: 'go' });
    else t.match(verdict, { kind: 'stop', exitCode: expected, final: expected === 4, message: /./ });
  });

t.test('it remembers that a Job was its own', async (t) => {
  const first = judge(parent({ status: { job: { uid: 'job' } } }));
  t.same(first.memory, { lastAnswer: 1000, wasOwn: true });
  t.match(judge(parent(), {}, first.memory).verdict, { kind: 'stop', exitCode: 143 });
  const count = judge(parent({ status: { mode: 'DryRun', job: { uid: 'job' } } }));
  t.equal(count.memory.wasOwn, false, 'a status of another run says nothing of this one');
});

t.test('that the parent is gone is an answer, too', async (t) => {
  const { memory, verdict } = judge({ kind: 'gone' }, {}, { wasOwn: true });
  t.same(memory, { lastAnswer: 1000, wasOwn: true });
  t.match(verdict, { message: /^the DdbctlDpJob is gone$/ });
});

t.test('it writes only on an answer, which is good for twenty seconds', async (t) => {
  t.notOk(mayWrite(NO_MEMORY, 0), 'not before the first answer');
  t.ok(mayWrite({ lastAnswer: 0, wasOwn: false }, FENCE_LIMIT_MS - 1));
  t.notOk(mayWrite({ lastAnswer: 0, wasOwn: false }, FENCE_LIMIT_MS));
  t.same(judge({ kind: 'none', why: 'ETIMEDOUT' }, {}, own).memory, own, 'silence is no answer');
  t.same(judge({ kind: 'none', why: 'forbidden' }, {}, own).memory, own, 'nor is a refusal');
});

t.test('it gives up after two minutes without an answer', async (t) => {
  for (const [reason, lastAnswer, now, expected] of [
    ['not yet, from the start', undefined, FENCE_PATIENCE_MS - 1, false],
    ['from the start', undefined, FENCE_PATIENCE_MS, true],
    ['not yet, since the last', 1000, FENCE_PATIENCE_MS + 999, false],
    ['since the last', 1000, FENCE_PATIENCE_MS + 1000, true],
  ] as const)
    t.equal(mustGiveUp({ lastAnswer, wasOwn: false }, 0, now), expected, reason);
});

t.test('what an HTTP answer says', async (t) => {
  const uid = { field: 'metadata.uid', reason: 'FieldValueInvalid' };
  for (const [reason, status, body, kind] of [
    ['the parent', 200, { metadata: { uid: 'x' } }, 'parent'],
    ['a proxy that says yes to all', 200, { ok: true }, 'none'],
    ['no JSON', 200, undefined, 'none'],
    ['not found', 404, { kind: 'Status', reason: 'NotFound', details: { name: 'x' } }, 'gone'],
    ['another reason for not found', 404, { kind: 'Status', reason: 'Expired', details: { name: 'x' } }, 'none'],
    ['something else was not found', 500, { kind: 'Status', reason: 'NotFound', details: { name: 'x' } }, 'none'],
    ['a refusal that names it', 403, { kind: 'Status', reason: 'Forbidden', details: { name: 'x' } }, 'none'],
    ['another uid, but not as invalid', 409, { reason: 'Conflict', details: { causes: [uid] } }, 'none'],
    ['an API server that does not serve it yet', 404, undefined, 'none'],
    ['a kind that is gone for now', 404, { kind: 'Status', reason: 'NotFound', details: {} }, 'none'],
    ['another uid', 422, { reason: 'Invalid', details: { causes: [uid] } }, 'gone'],
    ['refused by a policy', 422, { reason: 'Invalid', details: { causes: [{ message: 'no' }] } }, 'none'],
    ['invalid for another reason', 422, { reason: 'Invalid' }, 'none'],
    ['forbidden', 403, { reason: 'Forbidden', message: 'cannot patch' }, 'none'],
    ['a token that ended', 401, { reason: 'Unauthorized' }, 'none'],
    ['too many requests', 429, {}, 'none'],
    ['an error', 500, {}, 'none'],
    ['unavailable', 503, undefined, 'none'],
    ['a redirect', 302, undefined, 'none'],
  ] as const)
    t.equal(fenceAnswer(status, body).kind, kind, reason);
});

t.test('why there is no answer', async (t) => {
  const causes = (...fields: string[]) => ({ details: { causes: fields.map((field) => ({ field, message: 'PII' })) } });
  for (const [reason, status, body, why] of [
    ['the words of the API server', 403, { message: 'cannot patch' }, 'HTTP 403: cannot patch'],
    ['no words', 403, undefined, 'HTTP 403'],
    ['at most 300 characters of them', 403, { message: 'x'.repeat(400) }, `HTTP 403: ${'x'.repeat(300)}`],
    ['a policy', 422, { message: 'denied' }, 'HTTP 422: denied'],
    [
      'a policy that names no field',
      422,
      { message: 'denied', details: { causes: [{ message: 'no' }] } },
      'HTTP 422: denied',
    ],
    [
      'fields that are invalid, without their values',
      422,
      { ...causes('spec.a', 'spec.b'), message: 'PII' },
      'HTTP 422: invalid: spec.a, spec.b',
    ],
    ['a token that is not accepted', 401, { message: 'Unauthorized' }, 'HTTP 401: Unauthorized'],
    ['an error', 500, { message: 'etcd' }, 'HTTP 500: etcd'],
    ['no parent', 200, { ok: true }, 'HTTP 200 without the object'],
  ] as const)
    t.same(fenceAnswer(status, body), { kind: 'none', status, why }, reason);
});

t.test('the live parent', async (t) => {
  const live = {
    metadata: { uid: 'parent' },
    spec: { maxWriteUnitsPerSecond: 10, maxReadUnitsPerSecond: 'x' },
    status: { dryRun: { itemsFound: 7 }, progress: { itemsDeleted: 5, itemsFound: -1 } },
  };
  t.match(readLiveParent(live, 'Execute'), {
    caps: { maxWriteUnitsPerSecond: 10, maxReadUnitsPerSecond: 'unreadable', capacitySharePercent: undefined },
    counted: 7,
    progress: { itemsDeleted: 5, itemsFound: 0 },
  });
  t.equal(readLiveParent({ status: { mode: 'DryRun', progress: { itemsFound: 7 } } }, 'Execute').progress, undefined);
});

t.test('how an earlier attempt of this Job has ended', async (t) => {
  const done = {
    parentUID: 'parent',
    mode: 'Execute',
    jobUID: 'job',
    time: '2026-11-23T02:10:40Z',
    final: true,
    outcome: 'PartitionDeleted',
    verifiedEmpty: true,
  };
  const verified = { kind: 'verified', at: '2026-11-23T02:10:40Z', receipt: undefined };
  for (const [reason, report, expected] of [
    ['verified empty', done, verified],
    ['with its receipt', { ...done, receipt: 'a.b.c' }, { ...verified, receipt: 'a.b.c' }],
    ['with what is no receipt', { ...done, receipt: 'a.b c' }, verified],
    ['with one that is too long', { ...done, receipt: `a.b.${'c'.repeat(8189)}` }, verified],
    ['a guard refused', { ...done, outcome: 'GuardRefused', message: 'off' }, { kind: 'refused', message: 'off' }],
    ['a guard refused without a word', { ...done, outcome: 'GuardRefused' }, { kind: 'refused', message: '' }],
    ['a guard refused a count', { ...done, mode: 'DryRun', outcome: 'GuardRefused' }, undefined],
    ['another end that claims to be verified', { ...done, outcome: 'Incomplete' }, undefined],
    ['a time that is none', { ...done, time: 'key' }, { ...verified, at: 'an unknown time' }],
    ['of another resource', { ...done, parentUID: 'other' }, undefined],
    ['of another Job', { ...done, jobUID: 'other' }, undefined],
    ['a count', { ...done, mode: 'DryRun', outcome: 'DryRunComplete' }, undefined],
    ['not verified', { ...done, verifiedEmpty: false }, undefined],
    ['incomplete', { ...done, outcome: 'Incomplete', verifiedEmpty: false }, undefined],
    ['still running', { ...done, final: false }, undefined],
    ['no object', [], undefined],
  ] as const) {
    const annotations = { [REPORT_ANNOTATION]: JSON.stringify(report) };
    const live = readLiveParent({ metadata: { uid: 'parent', annotations } }, 'Execute');
    t.same(endedBefore(live, SELF), expected, reason);
  }
  const counting = readLiveParent(
    { metadata: { uid: 'parent', annotations: { [REPORT_ANNOTATION]: JSON.stringify(done) } } },
    'DryRun',
  );
  t.equal(endedBefore(counting, { ...SELF, mode: 'DryRun' }), undefined, 'a worker that counts may count');
  const refused = { ...done, mode: 'DryRun', outcome: 'GuardRefused' };
  const again = readLiveParent(
    { metadata: { uid: 'parent', annotations: { [REPORT_ANNOTATION]: JSON.stringify(refused) } } },
    'DryRun',
  );
  t.equal(endedBefore(again, { ...SELF, mode: 'DryRun' }), undefined, 'also where it was refused before');
  for (const text of ['{', 7, undefined])
    t.equal(
      readLiveParent({ metadata: { uid: 'parent', annotations: { [REPORT_ANNOTATION]: text } } }, 'Execute').report,
      undefined,
      'no JSON',
    );
});
