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

t.test('a webhook whose delay has not been measured is not overloaded', async (t) => {
  // As often as it can be measured, so that there are times without one.
  const { post } = await webhook(t, { overload: { maxEventLoopDelay: 8000, sampleInterval: 10 } });
  for (let i = 0; i < 50; i++) {
    t.equal((await post('sync', request())).statusCode, 200);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

t.test('a delay that was measured is overload', async (t) => {
  const { post } = await webhook(t, { overload: { maxEventLoopDelay: 1e-9, sampleInterval: 10 } });
  const deadline = Date.now() + 60_000;
  let status: number;
  do {
    status = (await post('sync', request())).statusCode;
    await new Promise((resolve) => setTimeout(resolve, 5));
  } while (status === 200 && Date.now() < deadline);
  t.equal(status, 429, 'as every delay is above this one');
});
