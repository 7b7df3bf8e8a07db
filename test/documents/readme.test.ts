import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { specViolations } from '../../src/api/validate.js';
import { request } from '../support/builders.js';
import { webhook } from '../support/webhook.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const readme = read('README.md');
const { dependencies, devDependencies, scripts } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'scripts',
  Record<string, string>
>;

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '');

t.test('every package is named', async (t) => {
  const section = readme.slice(readme.indexOf('## Dependencies'));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) t.match(section, `\`${name}\``);
});

t.test('every script and file that is named is there', async (t) => {
  const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => String(script));
  t.ok(named.includes('demo'));
  for (const script of named) t.ok(scripts[script], `npm run ${script}`);
  const paths = [...readme.matchAll(/(?<![\w/])(?:manifests|hooks|dist|test)\/[\w./-]*\w/g)].map(([path]) => path);
  t.ok(paths.length > 10, 'paths are found');
  for (const path of new Set(paths)) {
    const source = path.replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
    t.ok(existsSync(`${root}${source}`), path);
  }
});

t.test('the resource that is shown is the sample', async (t) => {
  const shown = parse(blocks('yaml')[0] ?? '') as { spec: unknown };
  t.same(shown, parse(read('manifests/samples/ddbctldpjob.yaml')));
  t.same(specViolations(shown.spec), []);
});

t.test('every edit that is shown is a valid one', async (t) => {
  const patches = [...readme.matchAll(/kubectl patch ddp \S+ --type merge -p '(.*)'/g)].map(
    ([, patch]) => (JSON.parse(String(patch)) as { spec: object }).spec,
  );
  t.equal(patches.length, 3);
  const { spec } = request().parent as { spec: object };
  for (const patch of patches) t.same(specViolations({ ...spec, ...patch }, spec), [], JSON.stringify(patch));
  const metacontroller = /patch statefulset metacontroller --type json -p '([\s\S]*?)'/.exec(readme)?.[1];
  t.equal((JSON.parse(metacontroller ?? '[]') as unknown[]).length, 3);
});

t.test('every request that is shown is answered', async (t) => {
  const { post } = await webhook(t);
  const calls = [...readme.matchAll(/curl -d @(\S+) http:\/\/localhost:8080\/(\w+)/g)];
  t.ok(calls.length > 0);
  for (const [call, file, hook] of calls) {
    const reply = await post(String(hook), read(String(file)), { 'content-type': 'application/x-www-form-urlencoded' });
    t.equal(reply.statusCode, 200, call);
  }
});
