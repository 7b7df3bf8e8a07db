import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { specViolations } from '../../src/api/validate.js';
import { webhook } from '../support/webhook.js';
import { blocksOf, root, textOf, USER_PAGES } from './pages.js';

const { dependencies, devDependencies, scripts } = JSON.parse(textOf('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'scripts',
  Record<string, string>
>;
/** Every match in the pages for users, with its page. */
const inPages = (pattern: RegExp): { page: string; match: RegExpExecArray }[] =>
  USER_PAGES.flatMap((page) => [...textOf(page).matchAll(pattern)].map((match) => ({ page, match })));

t.test('the README is short, and in the order in which people ask', async (t) => {
  const text = textOf('README.md');
  t.ok(text.split('\n').length <= 151, 'at most 150 lines');
  t.same(
    [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading),
    [
      'What it promises',
      'How it works',
      'Requirements and compatibility',
      'Quick start',
      'Use',
      'Documentation',
      'Security',
      'Contributing',
      'License',
    ],
  );
});

t.test('every package is named', async (t) => {
  const page = textOf('docs/dependencies.md');
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) t.match(page, `\`${name}\``);
});

t.test('every script and file that is named is there', async (t) => {
  const named = inPages(/npm run ([a-z:]+)/g);
  t.ok(named.some(({ page, match }) => page === 'README.md' && match[1] === 'demo'));
  for (const { page, match } of named) t.ok(scripts[match[1] ?? ''], `${page}: ${match[0]}`);
  const paths = inPages(/(?<![\w/.])(?:manifests|hooks|dist|test|src|docs)\/[\w./-]*\w/g);
  t.ok(paths.filter(({ page }) => page === 'README.md').length > 10, 'paths are found');
  for (const { page, match } of paths) {
    // Kubebuilder's own, in the map for people who know it.
    if (page === 'docs/migration.md' && /^dist\/(install\.yaml|chart)$/.test(match[0])) continue;
    const source = match[0].replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
    t.ok(existsSync(join(root, source)), `${page}: ${match[0]}`);
  }
});

t.test('the resource that is shown is the sample', async (t) => {
  const shown = parse(blocksOf('README.md', 'yaml')[0] ?? '') as { spec: unknown };
  t.same(shown, parse(textOf('manifests/samples/ddbctldpjob.yaml')));
  t.same(specViolations(shown.spec), []);
});

/** The sample that a name in the pages is of. */
const SAMPLES: Readonly<Record<string, string>> = {
  'ddbctldpjob-sample': 'ddbctldpjob.yaml',
  'ddbctldpjob-dry-run': 'dry-run.yaml',
  // A placeholder, of a run that has counted.
  NAME: 'dry-run.yaml',
};

t.test('every edit that is shown is a valid one', async (t) => {
  const edits = inPages(/kubectl patch ddp (\S+) --type merge -p '(.*)'/g);
  t.ok(edits.length >= 6);
  for (const { page, match } of edits) {
    const [, name = '', patch = ''] = match;
    const { metadata, spec } = parse(textOf(`manifests/samples/${SAMPLES[name]}`)) as {
      metadata: { name: string };
      spec: object;
    };
    if (name !== 'NAME') t.equal(metadata.name, name);
    const change = (JSON.parse(patch) as { spec: object }).spec;
    t.same(specViolations({ ...spec, ...change }, spec), [], `${page}: ${patch}`);
  }
  const fields = edits.map(({ match }) => match[2] ?? '').join();
  for (const field of ['"suspend":true', '"suspend":false', '"cancel":true', '"mode":"Execute"'])
    t.match(fields, field);
  const metacontroller = inPages(/patch statefulset metacontroller --type json -p '([\s\S]*?)'/g);
  t.equal(metacontroller.length, 1);
  t.equal((JSON.parse(metacontroller[0]?.match[1] ?? '[]') as unknown[]).length, 3);
});

t.test('every request that is shown is answered', async (t) => {
  const { app, post } = await webhook(t);
  const calls = inPages(/curl -d @(\S+) http:\/\/localhost:8080\/(\w+)/g);
  t.ok(calls.length >= 3);
  for (const { match } of calls) {
    const [call, file = '', hook = ''] = match;
    const reply = await post(hook, textOf(file), { 'content-type': 'application/x-www-form-urlencoded' });
    t.equal(reply.statusCode, 200, call);
  }
  const gets = inPages(/curl http:\/\/localhost:8080(\/\w+)/g);
  t.ok(gets.length > 0);
  for (const { match } of gets) t.equal((await app.inject(match[1] ?? '')).statusCode, 200, match[0]);
});

t.test('every metric of the operator is in the reference, with its type and labels', async (t) => {
  const { app, post } = await webhook(t, { metrics: 'open', version: '1' });
  await post('sync', textOf('hooks/sync/pending-created/request.json'));
  const { body } = await app.inject('/metrics');
  const page = textOf('docs/reference/metrics.md');
  const metrics = [...body.matchAll(/^# TYPE (dynamoctl_\S+) (\S+)$/gm)];
  t.ok(metrics.length > 5);
  for (const [, name = '', type = ''] of metrics) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` | ${type} |`));
    if (!t.ok(row, `${name}, a ${type}`)) continue;
    const sample = new RegExp(`^${name}(?:_count)?\\{(.*)\\}`, 'm').exec(body)?.[1] ?? '';
    const labels = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => `\`${label}\``);
    t.equal(row?.split('|')[3]?.trim(), labels.join(', '), `the labels of ${name}`);
  }
  const documented = [...page.matchAll(/^\| `(dynamoctl_\w+)`/gm)].map(([, name]) => name);
  t.same(documented.sort(), metrics.map(([, name]) => name).sort(), 'and no other');
});
