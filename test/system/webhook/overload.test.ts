import t from 'tap';
import type { FastifyUnderPressureOptions } from '@fastify/under-pressure';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

/** Permanently overloaded from the start, so that tests need not wait. */
const overload: FastifyUnderPressureOptions = { healthCheck: async () => false, healthCheckInterval: 3_600_000 };

t.test('under overload the hooks ask to come again, in whole seconds', async (t) => {
  let decisions = 0;
  const decide = () => (decisions++, { status: {}, children: [], finalized: true });
  const { post } = await webhook(t, { overload, hooks: { sync: decide, finalize: decide } });
  for (const hook of ['sync', 'finalize']) {
    const reply = await post(hook, request());
    t.equal(reply.statusCode, 429, 'which Metacontroller waits for; anything else it repeats from 5 ms on');
    t.match(reply.headers['retry-after'], /^[1-9]\d*$/);
    t.match(reply.json(), { error: 'Too Many Requests' });
    t.notMatch(reply.body, 'children');
  }
  t.equal(decisions, 0, 'and decide nothing');
});

t.test('the probes answer under overload: a restart would not help', async (t) => {
  const { app } = await webhook(t, { overload });
  for (const url of ['/healthz', '/readyz']) t.equal((await app.inject({ url })).statusCode, 200, url);
});

t.test('a webhook that only just began is not overloaded', async (t) => {
  const { post } = await webhook(t);
  t.equal((await post('sync', request())).statusCode, 200);
});
