import type { HttpsProxyAgent } from 'hpagent';
import t from 'tap';
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
  ] as const) {
    const agent = proxyAgent(env, {}) as (HttpsProxyAgent & { proxy: URL }) | undefined;
    t.equal(agent?.proxy.href, proxy, JSON.stringify(env));
    agent?.destroy();
  }
  for (const wrong of ['http://user:secret@', 'socks5://secret.test'])
    t.throws(() => proxyAgent({ HTTPS_PROXY: wrong }, {}), {
      state: 'InvalidTarget',
      message: /^(?!.*secret).*HTTPS_PROXY/,
    });
});
