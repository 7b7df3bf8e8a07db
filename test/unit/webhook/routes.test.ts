import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import type { CompositeResponse } from '../../../src/api/hooks.js';
import { jobStatus, observedJob, request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

/** A request with the value at a path replaced, or removed where there is none. */
function altered(path: string, ...value: [unknown?]): object {
  const copy = JSON.parse(JSON.stringify(request({}, observedJob({ status: jobStatus.running })))) as object;
  const keys = path.split('|');
  const last = keys.pop() as string;
  const holder = keys.reduce<Record<string, unknown>>(
    (object, key) => object[key] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  if (value.length === 0) delete holder[last];
  else holder[last] = value[0];
  return copy;
}

const JOB = `children|Job.batch/v1|default/${observedJob().metadata.name}`;
const JOB_POINTER = `/children/Job.batch~1v1/default~1${observedJob().metadata.name}`;

const NOT_METACONTROLLERS: readonly { body: unknown; path: string; because: string }[] = [
  { body: '', path: '/', because: 'no body at all' },
  { body: 'controller=x&parent=y', path: '/', because: 'a form' },
  { body: '{"parent": ', path: '/', because: 'half a request' },
  { body: Buffer.from([0x22, 0xff, 0x22]), path: '/', because: 'bytes that are no UTF-8, which would change a key' },
  { body: Buffer.from('\ufeff{}'), path: '/', because: 'a byte order mark' },
  { body: 'null', path: '/', because: 'null' },
  { body: '[]', path: '/', because: 'a list' },
  { body: '"text"', path: '/', because: 'a text' },
  { body: {}, path: '/controller', because: 'nothing in it' },
  ...['controller', 'parent', 'children', 'related', 'finalizing'].map((field) => ({
    body: altered(field),
    path: `/${field}`,
    because: `${field} is always present in Metacontroller's`,
  })),
  { body: altered('finalizing', 'false'), path: '/finalizing', because: 'a text is not made a boolean' },
  { body: altered('finalizing', 0), path: '/finalizing', because: 'a number is not made a boolean' },
  { body: altered('parent|metadata|generation', '1'), path: '/parent/metadata/generation', because: 'nor a number' },
  { body: altered('parent|metadata|name', 7), path: '/parent/metadata/name', because: 'nor a text' },
  { body: altered('related', null), path: '/related', because: 'null is no object' },
  { body: altered('children', []), path: '/children', because: 'v1 and v2 send a map' },
  { body: altered('children|Job.batch/v1'), path: '/children/Job.batch~1v1', because: 'each rule has its key' },
  { body: altered(JOB, null), path: JOB_POINTER, because: 'a child is an object' },
  { body: altered(`${JOB}|kind`, 'Pod'), path: `${JOB_POINTER}/kind`, because: 'a Job is a Job' },
  { body: altered(`${JOB}|metadata|uid`), path: `${JOB_POINTER}/metadata/uid`, because: 'what lives has a uid' },
  { body: altered(`${JOB}|spec`), path: `${JOB_POINTER}/spec`, because: 'a Job has a spec' },
  {
    body: altered(`${JOB}|status|active`, '1'),
    path: `${JOB_POINTER}/status/active`,
    because: 'a count is a number',
  },
  { body: altered('parent|kind', 'CronJob'), path: '/parent/kind', because: 'another kind of parent' },
  ...(
    [
      [`${JOB}|metadata|namespace`, 'kube-system', 'Metacontroller lists the Jobs of the parent’s namespace'],
      [`${JOB}|metadata|name`, 'x'.repeat(254), 'longer than any name'],
      [`${JOB}|metadata|name`, '../x', 'no name'],
      [`${JOB}|spec|template`, undefined, 'the API server stores no Job without a template'],
      [`${JOB}|spec|template|spec|containers`, 'x', 'no list of containers'],
      [`${JOB}|spec|template|spec|containers`, {}, 'an object in its place'],
      [`${JOB}|spec|template|metadata|labels`, 7, 'no labels'],
      [`${JOB}|status|failed`, 1e300, 'no int32'],
      [`${JOB}|status|failed`, -1, 'no count'],
      ['parent|metadata|generation', 1e300, 'no int64'],
      ['parent|metadata|name', 'A/B', 'no name'],
      ['parent|metadata|namespace', 'a.b', 'a namespace has no dot'],
    ] as const
  ).map(([field, value, because]) => ({
    body: altered(field, value),
    path: `/${field.replace('Job.batch/v1|default/', 'Job.batch~1v1|default~1').replaceAll('|', '/')}`,
    because,
  })),
  {
    body: altered('parent|apiVersion', 'dynamoctl.dp.operators.sanjivmadhavan.io/v2'),
    path: '/parent/apiVersion',
    because: 'another version of it',
  },
  { body: altered('parent|metadata'), path: '/parent/metadata', because: 'an object without metadata' },
  ...['name', 'namespace', 'uid'].map((field) => ({
    body: altered(`parent|metadata|${field}`),
    path: `/parent/metadata/${field}`,
    because: `${field} is of every stored object`,
  })),
];

t.test('what is not Metacontroller’s is refused, with the path of what is wrong', async (t) => {
  const { post } = await webhook(t);
  for (const hook of ['sync', 'finalize'])
    for (const { body, path, because } of NOT_METACONTROLLERS) {
      const reply = await post(hook, body);
      const answer = reply.json<{ error: string; path: string; message: string }>();
      t.equal(reply.statusCode, 400, `${hook}: ${because}`);
      t.same(Object.keys(answer).sort(), ['error', 'message', 'path'], because);
      t.equal(answer.path, path, because);
      t.equal(answer.error, 'Bad Request');
      t.ok(answer.message.length > 0);
    }
});

t.test('a body is as deep as what the API server stores, and a child as deep as a Job', async (t) => {
  const { post } = await webhook(t);
  const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const withDeep = (path: string, levels: number) =>
    JSON.stringify(altered(path, 'HERE')).replace('"HERE"', lists(levels));
  for (const [path, levels, status, because] of [
    ['parent|status', 10_000, 200, 'a status as deep as the API server takes it'],
    ['parent|spec', 10_000, 200, 'a spec as deep as that'],
    ['parent|spec', 10_010, 400, 'a deeper one'],
    [`${JOB}|spec|podFailurePolicy`, 90, 200, 'a part of a Job that an answer repeats'],
    [`${JOB}|spec|podFailurePolicy`, 110, 400, 'a deeper one'],
    [`${JOB}|spec|podFailurePolicy`, 1_000_000, 400, 'a million levels'],
  ] as const)
    for (const hook of ['sync', 'finalize']) {
      const reply = await post(hook, withDeep(path, levels));
      t.equal(reply.statusCode, status, `${hook}: ${path}: ${because}`);
      if (status === 400) t.match(reply.json(), { path: '/', message: /nested more than \d+ levels deep/ });
    }
});

t.test('a refusal does not say what was sent', async (t) => {
  const { post, lines } = await webhook(t);
  const copy = altered('parent|metadata|name', 'x'.repeat(300)) as ReturnType<typeof request>;
  copy.parent.spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'top-secret-key' } };
  const bodies = [JSON.stringify(copy), 'top-secret-key', '{"parent": top-secret-key'];
  for (const body of bodies) {
    const reply = await post('sync', body);
    t.equal(reply.statusCode, 400);
    t.notMatch(reply.body, 'top-secret-key');
  }
  t.notMatch(lines.join(''), 'top-secret-key');
});

t.test('whatever the API server may have stored gets a decision', async (t) => {
  const { post } = await webhook(t);
  const stored: readonly { body: object; because: string }[] = [
    { body: altered('parent|spec'), because: 'no spec' },
    { body: altered('parent|spec', 'text'), because: 'a spec of a newer schema' },
    { body: altered('parent|spec|ddbCtlDpJob', { tableName: 7 }), because: 'a broken target' },
    { body: altered('parent|status', { conditions: 'none', job: 3 }), because: 'a broken status' },
    { body: altered('parent|status', null), because: 'a status of null' },
    { body: altered('parent|metadata|managedFields', [{ manager: 'kubectl' }]), because: 'fields that we do not read' },
    { body: altered('another', { field: true }), because: 'a field of a newer Metacontroller' },
    {
      body: altered(`${JOB}|status|conditions`, [{ type: 'X', status: 'True', lastTransitionTime: null }]),
      because: 'a time that was never set, as Go writes it',
    },
  ];
  for (const { body, because } of stored)
    for (const hook of ['sync', 'finalize']) {
      const reply = await post(hook, body);
      t.equal(reply.statusCode, 200, `${hook}: ${because}: ${reply.body}`);
      t.equal(reply.json<CompositeResponse>().children.length, 1, `${because}: the running Job is kept`);
    }
});

t.test('a body is JSON whatever it is called', async (t) => {
  const { post } = await webhook(t);
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/yaml',
    'multipart/form-data; boundary=x',
    'nonsense',
    '',
  ];
  const body = JSON.stringify(request());
  const expected = (await post('sync', body)).body;
  for (const type of types) {
    const reply = await post('sync', body, { 'content-type': type });
    t.equal(reply.statusCode, 200, `content type "${type}"`);
    t.equal(reply.body, expected, `content type "${type}"`);
    const refused = await post('sync', 'a=b', { 'content-type': type });
    t.equal(refused.statusCode, 400, `not JSON as "${type}"`);
  }
  t.equal((await post('sync', body, {})).body, expected, 'no content type');
});

t.test('nothing is coerced, filled in or removed on the way to the decision', async (t) => {
  const seen: unknown[] = [];
  const answer = { status: {}, children: [] };
  const hooks = {
    sync: (body: unknown) => (seen.push(body), answer),
    finalize: () => ({ ...answer, finalized: true }),
  };
  const { post } = await webhook(t, { hooks });
  const body = request({ spec: { suspend: 'true' as never, extra: [1, null] }, status: { nested: { a: '1' } } });
  t.equal((await post('sync', body)).statusCode, 200);
  t.same(seen, [JSON.parse(JSON.stringify(body))]);
});

t.test('a number key beyond 2^53 arrives digit for digit', async (t) => {
  const { post } = await webhook(t);
  const digits = '90071992547409931234567890123456789012';
  const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: digits, awsRegion: 'us-east-1' } };
  const reply = await post('sync', request({ spec }));
  t.match(reply.body, `{"name":"${ENV.partitionValue}","value":"${digits}"}`);
});

t.test('bodies far above 1 MiB are taken, and beyond the limit refused', async (t) => {
  const padded = (mebibytes: number): object =>
    request({ metadata: { annotations: { padding: 'x'.repeat(mebibytes * 1024 * 1024) } } });
  const headers = { authorization: 'Bearer token' };
  for (const { options, taken, limit } of [
    { options: {}, taken: [1, 3], limit: 4 },
    { options: { bearerTokens: () => ['token'] }, taken: [1, 3, 15], limit: 16 },
  ]) {
    const { post } = await webhook(t, options);
    for (const mebibytes of taken)
      t.equal((await post('sync', padded(mebibytes), headers)).statusCode, 200, `${mebibytes}`);
    const refused = await post('sync', padded(limit), headers);
    t.equal(refused.statusCode, 413);
    t.match(refused.json(), { error: 'Payload Too Large', path: '/' });
  }
});

t.test('only the hooks and the probes are served', async (t) => {
  const { app } = await webhook(t);
  for (const [method, url] of [
    ['GET', '/sync'],
    ['POST', '/'],
    ['POST', '/customize'],
    ['POST', '/healthz'],
  ] as const)
    t.equal((await app.inject({ method, url, ...(method === 'POST' && { payload: {} }) })).statusCode, 404, url);
});
