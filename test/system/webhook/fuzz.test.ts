import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { webhook } from '../../support/webhook.js';
import { FIXED, run } from './fuzz/campaign.js';
import { post } from './fuzz/attack.js';
import { send } from './fuzz/client.js';
import { wrongWith } from './fuzz/judge.js';

/**
 * Whatever anybody sends to a hook: never a 5xx, never a stack in an answer, never an answer that takes long, never a 200 without a
 * decision. `npm run fuzz` sends as many as you like, and measures.
 */

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MUTATIONS = Number(process.env.FUZZ_REQUESTS ?? 1500);

/** Far above a second, which `npm run fuzz` holds on a quiet machine: what takes that long here does not end. */
const GENEROUS = 30_000;

/** Of what there are many, `npm run fuzz` sends nearly 4 MiB. */
const SHORT = 100_000;

async function listening(t: Test) {
  const { app, lines } = await webhook(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const misdeed = (): string | undefined => {
    const fault = lines.find((line) => line.includes('"level":50') || line.includes('"level":60'));
    lines.length = 0;
    return fault;
  };
  return { app, port, misdeed };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

t.test('hostile bodies and heads', async (t) => {
  const { port, misdeed } = await listening(t);
  const { failures, counts } = await run({
    ...{ port, seed: SEED, length: SHORT },
    ...{ indexes: range(0, FIXED), limit: GENEROUS, misdeed },
  });
  t.same(failures, []);
  t.ok((counts.get(200) ?? 0) > 100, 'many of them are decided');
  for (const status of [400, 404, 413, 431]) t.ok((counts.get(status) ?? 0) > 0, `some are refused with ${status}`);
});

t.test('mutations of recorded requests', async (t) => {
  const { port, misdeed } = await listening(t);
  const indexes = range(FIXED, FIXED + MUTATIONS);
  const { failures, counts } = await run({ port, seed: SEED, indexes, limit: GENEROUS, misdeed });
  t.same(failures, [], `seed ${SEED}`);
  t.ok((counts.get(200) ?? 0) > MUTATIONS / 5, 'many are near enough to be decided');
  t.ok((counts.get(400) ?? 0) > MUTATIONS / 20, 'and many are not');
});

t.test('clients that never finish do not keep others waiting', async (t) => {
  const { app, port } = await listening(t);
  const slow = range(0, 50).map(() => {
    const socket = connect(port, '127.0.0.1');
    t.teardown(() => socket.destroy());
    return socket;
  });
  slow.forEach((socket, index) =>
    socket.write(post('{', { length: 1000 }).subarray(0, index % 2 === 0 ? 10 : undefined)),
  );
  const { failures, counts } = await run({ port, seed: SEED, indexes: range(FIXED, FIXED + 50), limit: GENEROUS });
  t.same(failures, []);
  t.equal(counts.get(429), undefined, 'nobody is turned away for them');
  t.ok(app.server.requestTimeout > 0, 'and they are cut off in the end');
  t.ok(app.server.headersTimeout > 0);
});

t.test('what is judged', async (t) => {
  const attack = { what: 'x', bytes: Buffer.alloc(0) };
  const decided = '{"status":{},"children":[]}';
  for (const [status, body, wrong] of [
    [200, decided, undefined],
    [200, '{}', '200 without a decision'],
    [200, '', '200 without a decision'],
    [400, '{"error":"Bad Request"}', undefined],
    [429, '{}', undefined],
    [500, '{}', 'status 500'],
    [503, '{}', 'status 503'],
    [302, '', 'status 302'],
    [400, 'Error: x\n    at f (/app/x.js:1:2)', 'a stack in the answer'],
    [400, '{"stack":"Error\\n    at f"}', 'a stack in the answer'],
    [0, '', 'no answer'],
  ] as const)
    t.equal(wrongWith(attack, { status, body, milliseconds: 0 }), wrong, `${status} ${body}`);
  t.equal(wrongWith({ ...attack, mayClose: true }, { status: 0, body: '', milliseconds: 0 }), undefined);
});

t.test('the client reads what the server says', async (t) => {
  const { port } = await listening(t);
  t.match(await send(port, { bytes: post('{}') }), { status: 400, body: /"path":"\/controller"/ });
  t.match(await send(port, { bytes: post('{}').subarray(0, 20), ends: true }), { status: 400 });
});
