import t from 'tap';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';
import type { AppOptions } from '../../../src/webhook/app.js';

t.test('while it shuts down it is alive, not ready, and decides nothing more', async (t) => {
  let ready = true;
  const { app, post, lines } = await webhook(t, { isReady: () => ready });
  t.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
  ready = false;
  t.equal((await app.inject({ url: '/readyz' })).statusCode, 503);
  t.equal((await app.inject({ url: '/healthz' })).statusCode, 200, 'else the kubelet would kill it');
  for (const hook of ['sync', 'finalize']) {
    const reply = await post(hook, request());
    t.equal(reply.statusCode, 429, 'its settings may be old ones');
    t.match(reply.headers, { 'retry-after': '1', connection: 'close' }, 'so that another replica is asked');
    t.notMatch(reply.body, 'children');
  }
  t.equal(lines.filter((line) => line.includes('healthz')).length, 0, 'probes are not logged');
});

t.test('probes need no token', async (t) => {
  const { app } = await webhook(t, { bearerTokens: () => ['secret'] });
  for (const url of ['/healthz', '/readyz']) t.equal((await app.inject({ url })).statusCode, 200, url);
});

const SERVED: readonly { options: Partial<AppOptions>; url: string; status: number; because: string }[] = [
  { options: {}, url: '/metrics', status: 404, because: 'metrics are off unless they are asked for' },
  { options: { metrics: 'open' }, url: '/metrics', status: 200, because: 'open to everybody' },
  {
    options: { metrics: 'open', bearerTokens: () => ['secret'] },
    url: '/metrics',
    status: 200,
    because: 'even where the hooks require a token',
  },
  {
    options: { metrics: 'protected', bearerTokens: () => ['secret'] },
    url: '/metrics',
    status: 401,
    because: 'protected like the hooks',
  },
  { options: { metrics: 'protected' }, url: '/metrics', status: 200, because: 'which are not, without a token' },
  { options: {}, url: '/documentation/json', status: 404, because: 'no documentation unless it is asked for' },
  { options: { documentation: true }, url: '/documentation/json', status: 200, because: 'here it is' },
];
for (const { options, url, status, because } of SERVED)
  t.test(`GET ${url}: ${because}`, async (t) => {
    const { app } = await webhook(t, options);
    t.equal((await app.inject({ url })).statusCode, status);
  });

t.test('a server outlives the connections that Metacontroller keeps idle for 90 s', async (t) => {
  const { app } = await webhook(t);
  t.ok(app.server.keepAliveTimeout > 90_000);
  t.ok(app.server.requestTimeout > 10_000, 'and waits longer for a request than Metacontroller does');
});

t.test('without a logger nothing is logged, and decisions are made all the same', async (t) => {
  const { post, lines } = await webhook(t, { logger: undefined });
  t.equal((await post('sync', request())).statusCode, 200);
  t.strictSame(lines, []);
});

t.test('an overloaded server sheds the hooks and nothing else', async (t) => {
  const overload = { healthCheck: async () => false, healthCheckInterval: 3_600_000 };
  const { app, post } = await webhook(t, { overload });
  t.equal((await post('sync', request())).statusCode, 429);
  t.equal((await app.inject({ url: '/healthz' })).statusCode, 200);
});
