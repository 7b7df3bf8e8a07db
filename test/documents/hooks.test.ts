import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { HOOK_CASES } from '../../hooks/cases.js';
import { HOOK_SETTINGS, renderCases } from '../../hooks/render.js';
import { STATES } from '../../src/api/states.js';
import { buildApp } from '../../src/webhook/app.js';

const hooks = new URL('../../hooks/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, hooks), 'utf8');

t.test('the files are what the recordings and the code give', async (t) => {
  for (const { folder, request, response, now } of renderCases()) {
    t.same(
      JSON.parse(read(`${folder}/request.json`)),
      JSON.parse(JSON.stringify(request)),
      `${folder}: npm run generate`,
    );
    t.same(
      JSON.parse(read(`${folder}/response.json`)),
      JSON.parse(JSON.stringify(response)),
      `${folder}: npm run generate`,
    );
    t.equal(read(`${folder}/now.txt`).trim(), now);
  }
  const folders = ['sync', 'finalize'].flatMap((hook) =>
    readdirSync(new URL(hook, hooks)).map((name) => `${hook}/${name}`),
  );
  t.same(folders.sort(), HOOK_CASES.map(({ hook, name }) => `${hook}/${name}`).sort(), 'no folder without a case');
});

for (const { hook, name } of HOOK_CASES) {
  t.test(`curl -d @hooks/${hook}/${name}/request.json`, async (t) => {
    const now = new Date(read(`${hook}/${name}/now.txt`).trim());
    const app = await buildApp({ settings: HOOK_SETTINGS, now: () => now });
    t.teardown(() => app.close());
    const reply = await app.inject({
      method: 'POST',
      url: `/${hook}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: read(`${hook}/${name}/request.json`),
    });
    t.equal(reply.statusCode, 200);
    t.same(reply.json(), JSON.parse(read(`${hook}/${name}/response.json`)));
  });
}

t.test('every state has a case', async (t) => {
  const reasons = HOOK_CASES.filter(({ hook }) => hook === 'sync').map(({ name }) => {
    const { status } = JSON.parse(read(`sync/${name}/response.json`)) as {
      status: { conditions: { reason: string }[] };
    };
    return status.conditions[0]?.reason;
  });
  const missing = STATES.filter((state) => !reasons.includes(state));
  t.same(missing, []);
});
