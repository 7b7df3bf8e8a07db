import type { AddressInfo } from 'node:net';
import type { Server } from 'node:tls';
import t, { type Test } from 'tap';
import { request } from '../../support/builders.js';
import { authority, type Certificate, clientCertificate, serverCertificate } from '../../support/certificates.js';
import { https } from '../../support/https.js';
import { postOverTls } from '../../support/tls-visit.js';
import { webhook } from '../../support/webhook.js';
import { renewTls } from '../../../src/webhook/tls.js';

const [ours, theirs] = [await authority('our CA'), await authority('another CA')];
const server = await serverCertificate('first', ours);
const body = JSON.stringify(request());

async function serve(t: Test, tls: object) {
  const { app } = await webhook(t, { tls });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `https://localhost:${port}`, app, server: app.server as unknown as Server };
}

t.test('the hooks are served over TLS', async (t) => {
  const { url } = await serve(t, server);
  t.match(await https(`${url}/sync`, { ca: ours, body }), { status: 200, server: 'first' });
  t.match(await https(`${url}/healthz`, { ca: ours }), { status: 200 });
  await t.rejects(https(`${url}/sync`, { ca: theirs, body }), 'by a certificate that a client can check');
});

t.test('with a client CA the hooks require a certificate of it, and the probes do not', async (t) => {
  const { url } = await serve(t, { ...server, ca: ours.cert });
  const clients: readonly { because: string; client: Certificate | undefined; status: number }[] = [
    { because: 'of the client CA', client: await clientCertificate('metacontroller', ours), status: 200 },
    { because: 'of another CA', client: await clientCertificate('metacontroller', theirs), status: 403 },
    { because: 'without any', client: undefined, status: 403 },
  ];
  for (const { because, client, status } of clients) {
    for (const hook of ['sync', 'finalize']) {
      const answer = await https(`${url}/${hook}`, { ca: ours, client, body });
      t.equal(answer.status, status, `${hook}: ${because}`);
      if (status === 403) t.match(JSON.parse(answer.body), { error: 'Forbidden' });
    }
    for (const probe of ['healthz', 'readyz'])
      t.equal((await https(`${url}/${probe}`, { ca: ours, client })).status, 200, `the kubelet ${because}`);
  }
});

t.test('a renewed certificate and client CA are used from the next connection on', async (t) => {
  const { url, server: running } = await serve(t, { ...server, ca: ours.cert });
  const [before, after] = [await clientCertificate('before', ours), await clientCertificate('after', theirs)];
  const status = async (client: Certificate) => (await https(`${url}/sync`, { ca: ours, client, body })).status;
  t.same([await status(before), await status(after)], [200, 403]);
  running.setSecureContext({ ...(await serverCertificate('second', ours)), ca: theirs.cert });
  t.same([await status(before), await status(after)], [403, 200]);
  t.equal((await https(`${url}/healthz`, { ca: ours })).server, 'second');
});

/** One POST over a separate connection, which may resume an earlier TLS session. */
function post(url: string, session: Buffer | undefined, client?: Certificate) {
  const connection = {
    ...{ host: 'localhost', port: Number(new URL(url).port), ca: ours.cert },
    ...(client && { cert: client.cert, key: client.key }),
    ...(session && { session }),
  };
  return postOverTls(connection, body);
}

t.test('a resumed TLS session is no way past the client certificate', async (t) => {
  const metacontroller = await clientCertificate('metacontroller', ours);
  await t.test('the server hands out no sessions to resume', async (t) => {
    const { url } = await serve(t, { ...server, ca: ours.cert });
    for (const [client, status] of [
      [undefined, 403],
      [metacontroller, 200],
    ] as const) {
      const first = await post(url, undefined, client);
      const second = await post(url, first.session, client);
      t.same([first.status, second.status, second.resumed], [status, status, false]);
    }
  });
  await t.test('nor after its certificate was renewed', async (t) => {
    const { url, app } = await serve(t, { ...server, ca: ours.cert });
    renewTls(app, { ...(await serverCertificate('second', ours)), ca: ours.cert });
    const first = await post(url, undefined, metacontroller);
    const second = await post(url, first.session, metacontroller);
    t.same([first.status, second.status, second.resumed], [200, 200, false]);
  });
  await t.test('were it to, a session without a certificate would open nothing', async (t) => {
    const { url, server: running } = await serve(t, { ...server, ca: ours.cert });
    running.setSecureContext({ ...server, ca: ours.cert });
    const first = await post(url, undefined);
    const second = await post(url, first.session);
    t.same([first.status, second.status, second.resumed], [403, 403, true]);
    const own = await post(url, undefined, metacontroller);
    const resumed = await post(url, own.session, metacontroller);
    t.same([own.status, resumed.status, resumed.resumed], [200, 200, true]);
  });
});
