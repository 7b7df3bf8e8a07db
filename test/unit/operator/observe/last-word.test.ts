import t from 'tap';
import { LAST_APPLIED_ANNOTATION } from '../../../../src/api/names.js';
import { lastSpecIs, wasSuspendedByUs } from '../../../../src/operator/observe/last-word.js';
import { JOB } from '../rules/rule-table.js';

const lastApplied = (text: string | undefined): typeof JOB => ({
  ...JOB,
  metadata: { ...JOB.metadata, ...(text !== undefined && { annotations: { [LAST_APPLIED_ANNOTATION]: text } }) },
});

const CASES = [
  { why: 'no annotation', text: undefined, isSuspended: false },
  { why: 'no spec', text: '{"metadata":{}}', isSuspended: false },
  { why: 'an answer without suspend', text: '{"spec":{"backoffLimit":3}}', isSuspended: false },
  { why: 'an answer that suspends', text: '{"spec":{"suspend":true}}', isSuspended: true },
  { why: 'somebody has written false', text: '{"spec":{"suspend":false}}', isSuspended: false },
  { why: 'a list', text: '[{"suspend":true}]', isSuspended: false },
  { why: 'null', text: 'null', isSuspended: false },
  { why: 'no JSON: Metacontroller changes nothing', text: '{', isSuspended: true },
];

t.test('what Metacontroller last wrote says whether we have suspended a Job', (t) => {
  for (const { why, text, isSuspended } of CASES) t.equal(wasSuspendedByUs(lastApplied(text)), isSuspended, why);
  t.end();
});

t.test('any part of the spec can be asked for', (t) => {
  t.ok(lastSpecIs(lastApplied('{"spec":{"template":{}}}'), (spec) => 'template' in spec));
  t.notOk(lastSpecIs(lastApplied('{"spec":{}}'), (spec) => 'template' in spec));
  for (const spec of ['null', '7', '"a"', '[]'])
    t.notOk(
      lastSpecIs(lastApplied(`{"spec":${spec}}`), () => true),
      `${spec} is no spec`,
    );
  const { annotations: _none, ...metadata } = JOB.metadata;
  t.notOk(
    lastSpecIs({ ...JOB, metadata }, () => true),
    'nor is one that nobody wrote',
  );
  t.end();
});
