import type { HttpsProxyAgent } from 'hpagent';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import t, { type Test } from 'tap';
import { clock } from '../../../src/cli/process/clock.js';
import { directHosts, proxyAgent } from '../../../src/dynamodb/proxy.js';

t.test('which hosts NO_PROXY names', async (t) => {
  for (const [noProxy, host, direct, port = 443] of [
    ['', 'dynamodb.us-east-1.amazonaws.com', false],
    ['', 'localhost', true],
    ['', '127.0.0.1', true],
    ['', '127.9.9.9', true],
    ['', '[::1]', true],
    ['*', 'dynamodb.us-east-1.amazonaws.com', true],
    ['amazonaws.com', 'dynamodb.us-east-1.amazonaws.com', true],
    ['amazonaws.com', 'amazonaws.com', true],
    ['amazonaws.com', 'evilamazonaws.com', false],
    ['.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com', true],
    ['.amazonaws.com', 'amazonaws.com', false],
    ['*.amazonaws.com', 'sts.amazonaws.com', true],
    ['*.amazonaws.com', 'amazonaws.com', false],
    ['AmazonAWS.com', 'STS.amazonaws.com', true],
    ['10.0.0.0/8,.svc', '10.1.2.3', true],
    ['10.0.0.0/8,.svc', '11.1.2.3', false],
    ['10.0.0.0/8, .svc ', 'dynamodb.shop.svc', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['fd00::/8', '[fd12::1]', true],
    ['fd12::1', 'fd12::1', true],
    ['engine.test:8443', 'engine.test', true, 8443],
    ['engine.test:8443', 'engine.test', false, 443],
    ['10.0.0.0/99,engine.test', 'engine.test', true],
    ['10.0.0.0/99', '10.0.0.1', false],
    [',, ', 'engine.test', false],
  ] as const)
    t.equal(directHosts(noProxy)(host, port), direct, `NO_PROXY="${noProxy}": ${host}:${port}`);
});

t.test('the agent that the environment asks for', async (t) => {
  for (const [env, proxy] of [
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: 'http://proxy.test:3128' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy.test:3128' }, 'http://proxy.test:3128/'],
    [{ https_proxy: 'http://proxy.test:3128' }, 'http://proxy.test:3128/'],
    [{ HTTPS_PROXY: 'proxy.test:3128' }, 'http://proxy.test:3128/'],
    [{ HTTPS_PROXY: 'https://proxy.test' }, 'https://proxy.test/'],
    // As Go: the first that is not empty.
    [{ HTTPS_PROXY: '', https_proxy: 'http://proxy.test:3128' }, 'http://proxy.test:3128/'],
  ] as const) {
    const agent = proxyAgent(env, {}) as (HttpsProxyAgent & { proxy: URL }) | undefined;
    t.equal(agent?.proxy.href, proxy, JSON.stringify(env));
    agent?.destroy();
  }
  for (const wrong of [
    'http://user:secret@',
    'socks5://secret.test',
    'http://user:secret50%off@proxy.test',
    'http://secret%:41b@proxy.test',
  ])
    t.throws(() => proxyAgent({ HTTPS_PROXY: wrong }, {}), {
      state: 'InvalidTarget',
      message: /^(?!.*secret).*HTTPS_PROXY/,
    });
});

/** A proxy on this machine that takes a tunnel's request, and does with it what a test wants. */
async function proxyAt(t: Test, host: string, onConnect: (socket: Duplex) => void) {
  let open = 0;
  const server = createServer();
  server.on('connection', (socket) => {
    open++;
    socket.on('close', () => open--);
    socket.on('error', () => undefined);
  });
  server.on('connect', (_request, socket: Duplex) => onConnect(socket));
  server.listen(0, host);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, open: () => open };
}

/** What becomes of a request through a proxy, whose name may be given by number. */
const through = (proxy: string): Promise<unknown> => {
  const agent = proxyAgent({ HTTPS_PROXY: proxy }, {});
  return new Promise((resolve) => get({ host: 'dynamodb.test', agent }).on('error', resolve));
};

t.test('a proxy by its IPv6 address', async (t) => {
  const { port } = await proxyAt(t, '::1', (socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
  t.match(await through(`http://[::1]:${port}`), { name: 'ProxyFailed', code: 'HTTP 407 from the proxy' });
});

t.test('a proxy that never answers: the connection to it is closed', async (t) => {
  const { port, open } = await proxyAt(t, '127.0.0.1', (socket) => socket.resume().on('end', () => socket.end()));
  const asked = performance.now();
  t.match(await through(`http://127.0.0.1:${port}`), { name: 'ProxyFailed', code: 'Proxy timeout from the proxy' });
  t.ok(performance.now() - asked >= 4_900, 'after the five seconds that any connection gets');
  for (let waited = 0; open() > 0 && waited < 400; waited++) await clock.sleep(5);
  t.equal(open(), 0);
});
