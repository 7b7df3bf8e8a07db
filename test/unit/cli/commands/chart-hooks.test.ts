import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { hookAnswers, noJobsLeft } from '../../../../src/cli/commands/chart-hooks.js';
import { API_VERSION } from '../../../../src/api/names.js';
import { buildApp } from '../../../../src/webhook/app.js';
import { defaultSettings } from '../../../support/settings.js';

/** A server that gives the same answer to every request, and the requests it received. */
async function server(t: Test, code: number, body: unknown) {
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];
  const http = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(code).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  t.teardown(() => http.close());
  await new Promise((resolve) => http.on('listening', resolve));
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ metadata: { namespace: 'shop', name: `job-${i}` } }));

t.test('no-jobs-left', async (t) => {
  for (const { claim, code, body, ok, says } of [
    { claim: 'none is left', code: 200, body: { items: [] }, ok: true, says: /no DdbctlDpJob is left/ },
    { claim: 'the CRD is gone', code: 404, body: {}, ok: true, says: /kind DdbctlDpJob no longer exists/ },
    {
      claim: 'one is left',
      code: 200,
      body: { items: named(1) },
      ok: false,
      says: /there is 1 DdbctlDpJob: shop\/job-0\./,
    },
    {
      claim: 'many are left',
      code: 200,
      body: { items: named(12) },
      ok: false,
      says: /12 DdbctlDpJobs: .*job-9 and 2 more[\s\S]*kubectl delete ddbctldpjobs --all --all-namespaces/,
    },
    { claim: 'it may not look', code: 403, body: { message: 'no' }, ok: false, says: /answered 403/ },
  ]) {
    const api = await server(t, code, body);
    const verdict = await noJobsLeft(api.url, { token: 'abc' });
    t.equal(verdict.ok, ok, claim);
    t.match(verdict.message, says, claim);
    t.same(api.asked, [{ url: `/apis/${API_VERSION}/ddbctldpjobs?limit=500`, authorization: 'Bearer abc' }]);
  }
});

const REQUEST = readFileSync(new URL('../../../../hooks/sync/pending-created/request.json', import.meta.url), 'utf8');

t.test('hook', async (t) => {
  const app = await buildApp({ settings: defaultSettings, now: () => new Date(0), bearerTokens: () => ['right'] });
  t.teardown(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.match(await hookAnswers(`${url}/sync`, REQUEST, { token: 'right' }), {
    ok: true,
    message: /Pending; desired children: ServiceAccount (\S+-[0-9a-f]{10}), Role \1, RoleBinding \1$/,
  });
  const { port } = new URL(url);
  t.match(
    await hookAnswers(`http://nobody.resolves.this:${port}/sync`, REQUEST, { token: 'right', address: '127.0.0.1' }),
    { ok: true },
  );
  t.match(await hookAnswers(`${url}/sync`, REQUEST, { token: 'wrong' }), { ok: false, message: /answered 401/ });
  t.match(await hookAnswers(`${url}/sync`, '{}', { token: 'right' }), { ok: false, message: /answered 400/ });
  const liar = await server(t, 200, { status: {}, children: null });
  t.match(await hookAnswers(liar.url, REQUEST, {}), { ok: false, message: /does not match its schema at \/children/ });
  await t.rejects(hookAnswers('http://127.0.0.1:1/sync', REQUEST, {}), { code: 'ECONNREFUSED' });
});
