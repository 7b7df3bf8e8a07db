import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import t from 'tap';
import { type AppOptions, buildApp } from '../../../src/webhook/app.js';
import { authority, serverCertificate } from '../../support/certificates.js';
import { defaultSettings } from '../../support/settings.js';

const appWith = (documentation: boolean, more: Partial<AppOptions> = {}) =>
  buildApp({ settings: defaultSettings, now: () => new Date(0), documentation, version: '1.2.3', ...more });

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: unknown;
}

t.test('not asked for, it is not there', async (t) => {
  const app = await appWith(false);
  t.teardown(() => app.close());
  t.equal((await app.inject('/documentation')).statusCode, 404);
});

t.test('not asked for, it is not even loaded', async (t) => {
  const room = new URL('../../../src/webhook/', import.meta.url);
  for (const file of readdirSync(room)) {
    const text = readFileSync(new URL(file, room), 'utf8');
    if (file !== 'documentation.ts') t.notMatch(text, /from '(\.\/documentation\.js|@fastify\/swagger)/, file);
  }
  t.match(readFileSync(new URL('app.ts', room), 'utf8'), "await import('./documentation.js')");
});

t.test('asked for, it is OpenAPI 3.1 from the schemas of the routes', async (t) => {
  const app = await appWith(true);
  t.teardown(() => app.close());
  const reply = await app.inject('/documentation/json');
  t.equal(reply.statusCode, 200);
  const { openapi, info, paths } = reply.json<{
    openapi: string;
    info: { version: string };
    paths: Record<string, { post: Operation }>;
  }>();
  interface Operation {
    requestBody: { content: Record<string, { schema: Schema }> };
    responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
  }
  t.equal(openapi, '3.1.0');
  t.equal(info.version, '1.2.3');
  t.same(Object.keys(paths), ['/sync', '/finalize'], 'the hooks and nothing else');
  const body = paths['/sync']?.post.requestBody.content['application/json']?.schema;
  t.same(Object.keys(body?.properties ?? {}), ['controller', 'parent', 'children', 'related', 'finalizing']);
  const answer = (path: string) => paths[path]?.post.responses['200']?.content?.['application/json']?.schema;
  t.ok(answer('/sync')?.properties?.status?.properties?.conditions, 'the status is there, field by field');
  t.same(Object.keys(answer('/finalize')?.properties ?? {}).at(-1), 'finalized');
  t.notOk(reply.body.includes('x-kubernetes-'));
});

interface Described {
  components?: { securitySchemes?: Record<string, object> };
  paths: Record<
    string,
    { post: { operationId?: string; security?: object[]; responses: Record<string, { description: string }> } }
  >;
}

t.test('each status that a hook may answer with is in it, and each operation has a name', async (t) => {
  const app = await appWith(true);
  t.teardown(() => app.close());
  const { paths } = (await app.inject('/documentation/json')).json<Described>();
  const operations = Object.values(paths).map(({ post }) => post);
  t.same(
    operations.map(({ operationId }) => operationId),
    ['sync', 'finalize'],
  );
  for (const { responses } of operations) {
    t.same(Object.keys(responses), ['200', '400', '401', '403', '408', '413', '429', '500']);
    for (const { description } of Object.values(responses)) t.match(description, /^[A-Z].*\.$/);
  }
});

t.test('it says what a client must show, as the operator is set up', async (t) => {
  const bearer = { bearerTokens: () => ['the-token'] };
  const ca = await authority('a CA');
  const certificate = { tls: { ...(await serverCertificate('a server', ca)), ca: ca.cert } };
  for (const [reason, more, security] of [
    ['nothing', {}, []],
    ['a token', bearer, [{ bearerToken: [] }]],
    ['a client certificate', certificate, [{ clientCertificate: [] }]],
    ['both', { ...bearer, ...certificate }, [{ bearerToken: [], clientCertificate: [] }]],
  ] as const) {
    const app = await appWith(true, more);
    const document = (await app.inject('/documentation/json')).json<Described>();
    await app.close();
    for (const { post } of Object.values(document.paths)) t.same(post.security, security, reason);
    t.same(
      document.components?.securitySchemes,
      {
        bearerToken: { type: 'http', scheme: 'bearer' },
        clientCertificate: { type: 'mutualTLS' },
      },
      reason,
    );
    t.notMatch(JSON.stringify(document), /the-token/);
  }
});

t.test('the answers of the hooks are the same with it', async (t) => {
  const [plain, documented] = await Promise.all([appWith(false), appWith(true)]);
  t.teardown(() => Promise.all([plain.close(), documented.close()]));
  for (const path of ['sync/pending-created', 'sync/running-with-report', 'finalize/running']) {
    const payload = readFileSync(new URL(`../../../hooks/${path}/request.json`, import.meta.url), 'utf8');
    const request = { method: 'POST' as const, url: `/${path.split('/')[0]}`, payload };
    t.equal((await documented.inject(request)).body, (await plain.inject(request)).body, path);
  }
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

t.test('a browser shows it', { skip: CHROMIUM === undefined && 'no Chromium is installed' }, async (t) => {
  const app = await appWith(true);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  t.teardown(async () => {
    await browser.close();
    await app.close();
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  await page.goto(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/documentation`);
  await page.getByRole('heading', { name: /dynamoctl-dp-operator/ }).waitFor();
  t.same(await page.locator('.opblock-summary-path').allInnerTexts(), ['/sync', '/finalize']);
  await page.locator('.opblock-summary-control').first().click();
  await page.getByText('The decision.').waitFor();
  await page.getByRole('tab', { name: 'Schema' }).first().click();
  t.match(await page.locator('.opblock-body').innerText(), /finalizing/, 'the fields of the request are shown');

  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('tab', { name: 'Edit Value' }).click();
  await page.locator('textarea.body-param__text').fill('{}');
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table').waitFor();
  t.match(
    await page.locator('.live-responses-table').innerText(),
    /400[\s\S]*not a valid request of a CompositeController/,
  );
  t.same(
    complaints.filter((text) => !/status of 400/.test(text)),
    [],
  );
});
