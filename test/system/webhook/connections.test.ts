import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

/** How long Metacontroller's client keeps an idle connection (Go's DefaultTransport), in milliseconds. */
const METACONTROLLER_IDLE = 90_000;

t.test('an idle connection is never closed on Metacontroller first', async (t) => {
  const { app } = await webhook(t);
  await app.ready();
  t.ok(app.server.keepAliveTimeout > METACONTROLLER_IDLE, 'so a POST after 80 s finds it open');
  t.equal(app.server.maxRequestsPerSocket, 0, 'however many requests came over it');
  t.equal(app.server.timeout, 0, 'and no other time-out ends it');
  t.ok(app.server.requestTimeout > 10_000, 'a request may take as long as Metacontroller waits');
});

t.test('one connection carries one request after the other', async (t) => {
  const { app } = await webhook(t);
  const port = await listen(app);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const post = async (body: string): Promise<{ status: number | undefined; port: number | undefined }> => {
    const outgoing = httpRequest({ port, method: 'POST', path: '/sync', agent });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const localPort = answer.socket.localPort;
    await text(answer);
    return { status: answer.statusCode, port: localPort };
  };
  const good = JSON.stringify(request());
  const first = await post(good);
  const second = await post(JSON.stringify({}));
  const third = await post(good);
  t.same([first.status, second.status, third.status], [200, 400, 200], 'a refusal does not end it');
  t.equal(second.port, first.port, 'the same connection');
  t.equal(third.port, first.port, 'and again');
});

t.test('a body may come in pieces, without a length', async (t) => {
  const { app } = await webhook(t);
  const port = await listen(app);
  const body = Buffer.from(JSON.stringify(request({ metadata: { annotations: { note: 'Zürich' } } })));
  const cut = body.indexOf('ü') + 1;
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (const piece of [body.subarray(0, cut), body.subarray(cut)]) {
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    socket.write('\r\n');
  }
  socket.write('0\r\n\r\n');
  t.match(await text(socket), /^HTTP\/1\.1 200 OK/);
});

async function listen(app: Awaited<ReturnType<typeof webhook>>['app']): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}
