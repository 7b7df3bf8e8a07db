import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { apiServerFromEnv, patchParent } from '../../../../src/cli/process/kubernetes-api.js';
import { authority, serverCertificate } from '../../../support/certificates.js';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  type: string | undefined;
  body: string;
}

const ca = await authority('cluster');
const certificate = await serverCertificate('kubernetes', ca);
const name = { namespace: 'shop', name: 'delete-orders' };

/** An API server by TLS, and what a pod has mounted to reach it. */
async function apiServer(t: Test, answer: { status: number; body: string } | 'silent') {
  const seen: Seen[] = [];
  const server = createServer(certificate, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, authorization: headers.authorization, type: headers['content-type'], body });
      if (answer !== 'silent') response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const directory = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
  writeFileSync(join(directory, 'token'), 'first\n');
  writeFileSync(join(directory, 'ca.crt'), ca.cert);
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
  };
  return { seen, directory, api: { ...apiServerFromEnv(env, directory)!, timeout: 2_000 } };
}

t.test('a merge patch to the parent, with the token as it is now', async (t) => {
  const { api, seen, directory } = await apiServer(t, { status: 200, body: '{"metadata":{"uid":"x"}}' });
  const patch = { metadata: { uid: 'x' } };
  t.same(await patchParent(api, name, patch, { dryRun: true }), { status: 200, body: patch });
  writeFileSync(join(directory, 'token'), 'second');
  await patchParent(api, name, patch, { dryRun: false });
  const path = '/apis/dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1/namespaces/shop/ddbctldpjobs/delete-orders';
  const common = { method: 'PATCH', type: 'application/merge-patch+json', body: JSON.stringify(patch) };
  t.same(seen, [
    { ...common, url: `${path}?fieldManager=dynamoctl&dryRun=All`, authorization: 'Bearer first' },
    { ...common, url: `${path}?fieldManager=dynamoctl`, authorization: 'Bearer second' },
  ]);
});

t.test('an answer that is no JSON is an answer all the same', async (t) => {
  const { api } = await apiServer(t, { status: 404, body: '404 page not found' });
  t.same(await patchParent(api, name, {}, { dryRun: true }), { status: 404, body: undefined });
});

t.test('no whole answer is an error', async (t) => {
  const silent = await apiServer(t, 'silent');
  await t.rejects(patchParent({ ...silent.api, timeout: 50 }, name, {}, { dryRun: true }), { name: /Abort|Timeout/ });
  const long = await apiServer(t, { status: 200, body: 'x'.repeat(5 * 1024 * 1024) });
  await t.rejects(patchParent(long.api, name, {}, { dryRun: true }), { message: /too long/ });
});

t.test('a server that the mounted CA does not know gets no token', async (t) => {
  const { api, seen, directory } = await apiServer(t, { status: 200, body: '{}' });
  writeFileSync(join(directory, 'ca.crt'), (await authority('other')).cert);
  await t.rejects(patchParent(api, name, {}, { dryRun: true }));
  t.same(seen, []);
});

t.test('outside of a cluster there is none', async (t) => {
  t.equal(apiServerFromEnv({}), undefined);
  t.equal(apiServerFromEnv({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }), undefined, 'no port');
});

t.test('an IPv6 address stands in brackets', async (t) => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  t.match(apiServerFromEnv(env), {
    url: 'https://[fd00::1]:443',
    tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    caFile: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
  });
});
