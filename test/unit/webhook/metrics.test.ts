import { readFileSync } from 'node:fs';
import t from 'tap';
import { HOOK_CASES } from '../../../hooks/cases.js';
import { STATES } from '../../../src/api/states.js';
import { type AppOptions, buildApp } from '../../../src/webhook/app.js';
import { defaultSettings } from '../../support/settings.js';
import { valueOf } from '../../support/metrics.js';

const read = (path: string): string => readFileSync(new URL(`../../../hooks/${path}`, import.meta.url), 'utf8');
const appWith = (options: Partial<AppOptions> = {}) =>
  buildApp({ settings: defaultSettings, now: () => new Date(0), metrics: 'open', version: '1.2.3', ...options });

t.test('every case of hooks/ is counted, by hook, code and reason', async (t) => {
  const app = await appWith();
  t.teardown(() => app.close());
  const reasons: string[] = [];
  for (const { hook, name } of HOOK_CASES) {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: `/${hook}`,
      payload: read(`${hook}/${name}/request.json`),
      headers: { 'content-type': 'application/json' },
    });
    t.equal(statusCode, 200, name);
    const { status } = JSON.parse(body) as { status: { conditions?: { type: string; reason: string }[] } };
    if (hook === 'sync') reasons.push(status.conditions?.find(({ type }) => type === 'Finished')?.reason ?? 'None');
  }
  const reply = await app.inject('/metrics');
  t.equal(reply.statusCode, 200);
  t.match(reply.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  const syncs = HOOK_CASES.filter(({ hook }) => hook === 'sync').length;
  t.equal(valueOf(reply.body, 'dynamoctl_operator_hook_requests_total{hook="sync",code="200"}'), syncs);
  t.equal(valueOf(reply.body, 'dynamoctl_operator_hook_duration_seconds_count{hook="sync"}'), syncs);
  for (const reason of new Set(reasons))
    t.equal(
      valueOf(reply.body, `dynamoctl_operator_decisions_total{hook="sync",reason="${reason}"}`),
      reasons.filter((other) => other === reason).length,
      reason,
    );
  t.equal(valueOf(reply.body, 'dynamoctl_operator_info{version="1.2.3"}'), 1);
  for (const name of [
    'nodejs_eventloop_lag_p99_seconds',
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
  ])
    t.ok(valueOf(reply.body, name) !== undefined, `${name} is there`);
});

t.test('a change of state is counted once, what stays as it is not', async (t) => {
  const app = await appWith();
  t.teardown(() => app.close());
  const request = JSON.parse(read('sync/pending-created/request.json')) as { parent: { status?: unknown } };
  const post = () => app.inject({ method: 'POST', url: '/sync', payload: JSON.stringify(request) });
  const changes = async () =>
    valueOf((await app.inject('/metrics')).body, 'dynamoctl_operator_state_changes_total{reason="Pending"}');
  t.equal(await changes(), 0, 'there from the start');
  request.parent.status = (await post()).json<{ status: unknown }>().status;
  t.equal(await changes(), 1);
  await post();
  t.equal(await changes(), 1);
});

t.test('what gets no decision is counted by why', async (t) => {
  const app = await appWith({
    bearerTokens: () => ['right'],
    hooks: {
      sync: () => {
        throw new Error('planted');
      },
      finalize: () => ({ status: {}, children: null }) as never,
    },
  });
  t.teardown(() => app.close());
  const payload = read('sync/running/request.json');
  const headers = { authorization: 'Bearer right' };
  await app.inject({ method: 'POST', url: '/sync', payload });
  await app.inject({ method: 'POST', url: '/sync', payload: '{}', headers });
  await app.inject({ method: 'POST', url: '/sync', payload, headers });
  await app.inject({ method: 'POST', url: '/finalize', payload, headers });
  const { body } = await app.inject('/metrics');
  const refused = (reason: string) => valueOf(body, `dynamoctl_operator_refusals_total{reason="${reason}"}`);
  t.equal(refused('token'), 1);
  t.equal(refused('not_metacontrollers'), 1);
  t.equal(refused('bug'), 2);
  t.equal(refused('overload'), 0, 'there from the start');
  t.equal(valueOf(body, 'dynamoctl_operator_hook_requests_total{hook="sync",code="500"}'), 1);
});

t.test('nothing of a resource is in the figures', async (t) => {
  const app = await appWith();
  t.teardown(() => app.close());
  const request = JSON.parse(read('sync/running/request.json')) as {
    parent: {
      metadata: { name: string; namespace: string; uid: string };
      spec: { ddbCtlDpJob: Record<string, string> };
    };
  };
  request.parent.spec.ddbCtlDpJob.partitionValue = 'customer-4711';
  const { statusCode } = await app.inject({ method: 'POST', url: '/sync', payload: JSON.stringify(request) });
  t.equal(statusCode, 200);
  const { body } = await app.inject('/metrics');
  const { uid } = request.parent.metadata;
  for (const secret of ['customer-4711', uid, request.parent.spec.ddbCtlDpJob.tableName ?? ''])
    t.notOk(body.includes(secret));
  const reasons = [...body.matchAll(/reason="([^"]*)"/g)].map(([, reason]) => reason ?? '');
  const known = /^(None|other|[a-z_]+)$/;
  t.same(
    reasons.filter((reason) => !known.test(reason) && !(STATES as readonly string[]).includes(reason)),
    [],
  );
});

t.test('open, protected or off', async (t) => {
  for (const { metrics, headers, code } of [
    { metrics: 'open', headers: {}, code: 200 },
    { metrics: 'protected', headers: {}, code: 401 },
    { metrics: 'protected', headers: { authorization: 'Bearer right' }, code: 200 },
    { metrics: undefined, headers: { authorization: 'Bearer right' }, code: 404 },
  ] as const) {
    const app = await appWith({ bearerTokens: () => ['right'], metrics });
    t.teardown(() => app.close());
    const reply = await app.inject({ url: '/metrics', headers });
    t.equal(reply.statusCode, code, `${metrics ?? 'off'} ${Object.keys(headers).join()}`);
  }
});
