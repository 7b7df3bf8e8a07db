import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { type JsonRequest, requestJson } from '../../../../src/cli/process/https-json.js';
import { authority, serverCertificate } from '../../../support/certificates.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const OK: Handler = (_, response) => response.end('{"ok":true}');

/** A server on a free port, by TLS where it gets a certificate. */
async function serve(t: Test, handler: Handler, certificate?: { cert: string; key: string }): Promise<string> {
  const server = certificate ? createTlsServer(certificate, handler) : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('what is sent', async (t) => {
  const rows: readonly [reason: string, options: JsonRequest, method: string, headers: object, body: string][] = [
    ['a GET unless said otherwise', {}, 'GET', { accept: 'application/json', 'user-agent': 'dynamoctl' }, ''],
    ['a token', { token: 'abc' }, 'GET', { authorization: 'Bearer abc' }, ''],
    ['a body is JSON', { method: 'POST', body: '{}' }, 'POST', { 'content-type': 'application/json' }, '{}'],
    [
      'of a DELETE, too, with its length in bytes',
      { method: 'DELETE', body: '"ü"' },
      'DELETE',
      { 'content-type': 'application/json', 'content-length': '4' },
      '"ü"',
    ],
    [
      'or of a type that is given',
      { method: 'PATCH', body: '{}', contentType: 'application/merge-patch+json' },
      'PATCH',
      { 'content-type': 'application/merge-patch+json' },
      '{}',
    ],
  ];
  for (const [reason, options, method, headers, body] of rows)
    t.test(reason, async (t) => {
      let seen: object | undefined;
      const url = await serve(t, (request, response) => {
        let text = '';
        request.setEncoding('utf8').on('data', (part: string) => (text += part));
        request.on('end', () => {
          seen = { method: request.method, headers: request.headers, body: text };
          response.end('{}');
        });
      });
      await requestJson(url, options);
      t.match(seen, { method, headers, body });
      if (body === '') t.notMatch(seen, { headers: { 'content-type': /./ } });
    });
});

t.test('what is answered', async (t) => {
  const rows: readonly [reason: string, code: number, text: string, body: unknown][] = [
    ['JSON', 200, '{"a":[1]}', { a: [1] }],
    ['an error is an answer', 500, '{"message":"no"}', { message: 'no' }],
    ['no JSON', 404, '404 page not found', undefined],
    ['nothing', 204, '', undefined],
    ['text that is cut between two bytes of a letter', 200, `"${'ü'.repeat(100_000)}"`, 'ü'.repeat(100_000)],
  ];
  for (const [reason, status, text, body] of rows) {
    const url = await serve(t, (_, response) => response.writeHead(status).end(text));
    t.same(await requestJson(url), { status, body }, reason);
  }
});

t.test('no whole answer is an error', async (t) => {
  const rows: readonly [
    reason: string,
    handler: Handler,
    error: Partial<Record<'name' | 'code' | 'message', string | RegExp>>,
  ][] = [
    ['no answer', () => undefined, { name: 'TimeoutError', message: /^no answer from http:.* within 200 ms$/ }],
    ['half an answer', (_, response) => response.write('{'), { name: 'TimeoutError' }],
    [
      'an answer without an end',
      (_, response) => stream(response),
      { message: /^the answer from http:.* is too long$/ },
    ],
    ['a connection that breaks', (request) => request.socket.destroy(), { code: 'ECONNRESET' }],
    [
      'a connection that breaks within the answer',
      (_, response) => response.write('{', () => response.socket?.destroy()),
      { code: 'ECONNRESET' },
    ],
  ];
  for (const [reason, handler, error] of rows)
    t.test(reason, async (t) => {
      const url = await serve(t, handler);
      const timeout = reason.startsWith('an answer') ? 20_000 : 200;
      const failure: unknown = await requestJson(url, { timeout }).catch((why: unknown) => why);
      t.match(failure, error);
    });
  await t.rejects(requestJson('http://127.0.0.1:1'), { code: 'ECONNREFUSED' });
});

function stream(response: ServerResponse): void {
  response.on('error', () => undefined);
  const more = (): void => {
    if (!response.destroyed) response.write('x'.repeat(256 * 1024), more);
  };
  more();
}

t.test('the server must have a certificate of the CA, for its name', async (t) => {
  const [ours, other] = [await authority('ours'), await authority('other')];
  const url = await serve(t, OK, await serverCertificate('webhook', ours));
  const named = url.replace('127.0.0.1', 'dynamoctl-dp-operator.dynamoctl-dp-operator-system');
  const ok = { status: 200, body: { ok: true } };
  t.same(await requestJson(url, { ca: ours.cert }), ok);
  t.same(await requestJson(named, { ca: ours.cert, address: '127.0.0.1' }), ok, 'an address instead of a look-up');
  await t.rejects(requestJson(url, { ca: other.cert }), 'another CA');
  await t.rejects(requestJson(url), "the system's CAs");
  await t.rejects(requestJson(url.replace('127.0.0.1', 'nobody'), { ca: ours.cert, address: '127.0.0.1' }), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});
