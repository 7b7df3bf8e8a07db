import t from 'tap';
import type { Role } from '../../../src/api/rights.js';
import { ClientError } from '../../../src/webhook/errors.js';
import { describeFault } from '../../../src/webhook/faults.js';
import type { Hooks } from '../../../src/webhook/routes.js';
import { jobsIn, jobStatus, NOW, observedJob, ownBearer, request } from '../../support/builders.js';
import { defaultSettings } from '../../support/settings.js';
import { webhook } from '../../support/webhook.js';
import { finalize } from '../../../src/operator/finalize.js';
import { rightsOf } from '../../../src/operator/rights.js';
import { sync } from '../../../src/operator/sync.js';

const KEY = 'top-secret-key';
const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: KEY, awsRegion: 'us-east-1' } };
const running = request({ spec }, observedJob({ status: jobStatus.running }));

const throwing = (thrown: unknown) => (): never => {
  throw thrown;
};
const good = { sync: sync(running, defaultSettings, NOW), finalize: finalize(running, defaultSettings, NOW) };
const [child] = jobsIn(good.sync);
const role = rightsOf(ownBearer(), request().parent.metadata)[1] as Role;

/** What a wrong decision could return: the hook returns the correct answer with this inserted. */
const WRONG_ANSWERS: readonly { because: string; answer: (right: object) => unknown }[] = [
  { because: 'null', answer: () => null },
  { because: 'nothing', answer: () => undefined },
  { because: '{}, by which all children would be deleted', answer: () => ({}) },
  { because: 'no children', answer: (right) => ({ ...right, children: undefined }) },
  { because: 'children null', answer: (right) => ({ ...right, children: null }) },
  {
    because: 'a null among the children, which crashes Metacontroller',
    answer: (right) => ({ ...right, children: [null] }),
  },
  { because: 'a hole among the children', answer: (right) => ({ ...right, children: new Array(1) }) },
  { because: 'no status, by which it would be cleared', answer: (right) => ({ ...right, status: undefined }) },
  { because: 'status null', answer: (right) => ({ ...right, status: null }) },
  { because: 'a field that strict decoding refuses', answer: (right) => ({ ...right, extra: 1 }) },
  {
    because: 'a child with an extra field',
    answer: (right) => ({ ...right, children: [{ ...child, extra: 1 }] }),
  },
  {
    because: 'a child with a field of a Job that we never set',
    answer: (right) => ({ ...right, children: [{ ...child, spec: { ...child?.spec, completionMode: 'Indexed' } }] }),
  },
  {
    because: 'a child with owner references',
    answer: (right) => ({ ...right, children: [{ ...child, metadata: { ...child?.metadata, ownerReferences: [] } }] }),
  },
  {
    because: 'a child of another kind',
    answer: (right) => ({ ...right, children: [{ ...child, kind: 'CronJob' }] }),
  },
  {
    because: 'a Role of more than one rule',
    answer: (answer) => ({
      ...answer,
      children: [{ ...role, rules: [...role.rules, ...role.rules] }],
    }),
  },
  {
    because: 'a Role for another verb',
    answer: (answer) => ({
      ...answer,
      children: [{ ...role, rules: [{ ...role.rules[0], verbs: ['update'] }] }],
    }),
  },
  {
    because: 'a child in a foreign namespace',
    answer: (right) => ({
      ...right,
      children: [{ ...child, metadata: { ...child?.metadata, namespace: 'kube-system' } }],
    }),
  },
  {
    because: 'a child in no namespace',
    answer: (right) => ({ ...right, children: [{ ...child, metadata: { name: child?.metadata.name } }] }),
  },
  { because: 'a time to look again that is no number', answer: (right) => ({ ...right, resyncAfterSeconds: NaN }) },
  { because: 'at once again, forever', answer: (right) => ({ ...right, resyncAfterSeconds: 0 }) },
];

t.test('an answer that is not right never leaves', async (t) => {
  for (const { because, answer } of WRONG_ANSWERS) {
    const hooks = { sync: () => answer(good.sync), finalize: () => answer(good.finalize) } as unknown as Hooks;
    const { post } = await webhook(t, { hooks });
    for (const hook of ['sync', 'finalize']) {
      const reply = await post(hook, running);
      t.equal(reply.statusCode, 500, `${hook}: ${because}`);
      t.notMatch(reply.body, /"children"|top-secret|\bat \//, 'no children, no key, no stack');
    }
  }
});

t.test('the answers that these are made from are right', async (t) => {
  const { post } = await webhook(t, { hooks: { sync: () => good.sync, finalize: () => good.finalize } });
  t.same((await post('sync', running)).json(), JSON.parse(JSON.stringify(good.sync)));
  t.same((await post('finalize', running)).json(), JSON.parse(JSON.stringify(good.finalize)));
});

t.test('sync never says finalized, and finalize always does', async (t) => {
  const { post } = await webhook(t, {
    hooks: { sync: () => good.finalize, finalize: () => good.sync } as unknown as Hooks,
  });
  t.equal((await post('sync', running)).statusCode, 500);
  t.equal((await post('finalize', running)).statusCode, 500);
});

const THROWN: readonly { what: string; thrown: unknown }[] = [
  { what: 'an error', thrown: new Error(`cannot read "${KEY}"`) },
  { what: 'an error that says 200', thrown: Object.assign(new Error(KEY), { statusCode: 200 }) },
  { what: 'an error that says 404', thrown: Object.assign(new Error(KEY), { statusCode: 404 }) },
  { what: 'an error that says 429', thrown: Object.assign(new Error(KEY), { status: 429, statusCode: 429 }) },
  { what: 'a text', thrown: KEY },
  { what: 'an object', thrown: { children: [], message: KEY } },
  { what: 'null', thrown: null },
  { what: 'undefined', thrown: undefined },
];

t.test('whatever a hook throws is a 500 with a short message', async (t) => {
  for (const { what, thrown } of THROWN) {
    const { post, lines } = await webhook(t, { hooks: { sync: throwing(thrown), finalize: throwing(thrown) } });
    for (const hook of ['sync', 'finalize']) {
      const reply = await post(hook, running);
      t.equal(reply.statusCode, 500, what);
      t.same(reply.json(), { error: 'Internal Server Error', message: "internal error: see the operator's log" });
    }
    t.notMatch(lines.join(''), KEY, `${what}: the log does not hold the key`);
    const errors = lines
      .map((line) => JSON.parse(line) as { level: number; name?: string })
      .filter((l) => l.level >= 50);
    t.equal(errors.length, 2, `${what}: the log says that there is a bug, each time`);
    t.match(errors[0], { namespace: 'default', name: 'sample' }, 'and of which resource');
  }
});

t.test('the log tells where a bug is', async (t) => {
  const fault = describeFault(new TypeError('x is not a function'), running);
  t.match(fault, {
    namespace: 'default',
    name: 'sample',
    error: { type: 'TypeError', message: 'x is not a function' },
  });
  t.match(fault.error.stack, /faults\.test/);
  t.notMatch(fault.error.stack, 'x is not a function');
});

t.test('the log withholds a message that quotes a key', async (t) => {
  const fields = {
    partitionValue: { partitionValue: KEY },
    'a number where a text should be': { partitionValue: 4711 },
    beginsWith: { sortKey: { beginsWith: KEY } },
    from: { sortKey: { from: KEY } },
    to: { sortKey: { to: KEY } },
  };
  for (const [field, target] of Object.entries(fields)) {
    const body = { parent: { metadata: { name: 'a', namespace: 'b' }, spec: { ddbCtlDpJob: target } } };
    const fault = describeFault(new Error(`cannot use ${KEY} or 4711`), body);
    t.notMatch(JSON.stringify(fault), field.startsWith('a number') ? '4711' : KEY, field);
    t.match(fault.error.message, 'withheld');
  }
  t.match(describeFault(new Error('plain'), undefined).error.message, 'plain', 'no body is no reason to fail');
  t.match(describeFault(new ClientError(400, 'plain'), { parent: null }).error.message, 'plain');
});
