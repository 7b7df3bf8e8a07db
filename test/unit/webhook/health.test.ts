import t from 'tap';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

t.test('while it shuts down it is alive, not ready, and still decides', async (t) => {
  let ready = true;
  const { app, post, lines } = await webhook(t, { isReady: () => ready });
  t.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
  ready = false;
  t.equal((await app.inject({ url: '/readyz' })).statusCode, 503);
  t.equal((await app.inject({ url: '/healthz' })).statusCode, 200, 'else the kubelet would kill it');
  t.equal((await post('sync', request())).statusCode, 200, 'endpoints are still being updated');
  t.equal(lines.filter((line) => line.includes('healthz')).length, 0, 'probes are not logged');
});

t.test('probes need no token', async (t) => {
  const { app } = await webhook(t, { bearerToken: () => 'secret' });
  for (const url of ['/healthz', '/readyz']) t.equal((await app.inject({ url })).statusCode, 200, url);
});
