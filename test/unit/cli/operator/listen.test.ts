import Fastify from 'fastify';
import { networkInterfaces } from 'node:os';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { listen } from '../../../../src/cli/operator/listen.js';
import { readSettings } from '../../../../src/cli/operator/read-settings.js';

const withoutIPv6 = !networkInterfaces().lo?.some(({ family }) => family === 'IPv6') && 'this machine has no ::1';

t.test('without HOST the hooks are served by IPv4 and by IPv6', { skip: withoutIPv6 }, async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  app.get('/', async () => 'here');
  await listen(app, readSettings({ PORT: '0' }, {}, 'image'));
  const { port } = app.server.address() as AddressInfo;
  for (const host of ['127.0.0.1', '[::1]'])
    t.equal(await (await fetch(`http://${host}:${port}/`)).text(), 'here', host);
});

/** An app that notes where it is told to listen, on a machine where `::` fails like this. */
function machine(codeOfIPv6: string | undefined) {
  const tried: (string | undefined)[] = [];
  let closed = false;
  const app = {
    listen: async ({ host }: { host?: string }) => {
      tried.push(host);
      if (host === '::' && codeOfIPv6 !== undefined) throw Object.assign(new Error('listen'), { code: codeOfIPv6 });
      return '';
    },
    close: async () => void (closed = true),
  };
  return { app: app as unknown as Parameters<typeof listen>[0], tried, isClosed: () => closed };
}

t.test('where the kernel has no IPv6, by IPv4 alone', async (t) => {
  for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL']) {
    const { app, tried, isClosed } = machine(code);
    await listen(app, { port: 0 });
    t.same(tried, ['::', '0.0.0.0'], code);
    t.notOk(isClosed());
  }
});

t.test('any other error ends it, and closes the app', async (t) => {
  const { app, tried, isClosed } = machine('EADDRINUSE');
  await t.rejects(listen(app, { port: 0 }), { code: 'EADDRINUSE' });
  t.same(tried, ['::']);
  t.ok(isClosed());
});

t.test('an address that is named is the only one', async (t) => {
  const { app, tried } = machine(undefined);
  await listen(app, { host: '127.0.0.1', port: 0 });
  t.same(tried, ['127.0.0.1']);
});
