import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import t, { type Test } from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../manifests/kustomization.js';
import { QUEUE_LABEL } from '../../src/api/names.js';
import { READ_UNIT_BYTES, meanWriteUnits } from '../../src/dynamodb/capacity.js';
import { PARTITION_WRITE_UNITS } from '../../src/dynamodb/limits.js';
import { CHART, helm, ONE_OF_EACH, WITHOUT_HELM } from '../support/helm.js';
import { blocksOf, root, textOf } from './pages.js';

const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Manifest;
  });
/** The block of a page that stands for a file, without its first line. */
function fileOf(page: string, file: string): string {
  const block = blocksOf(page, 'yaml').find((text) => text.startsWith(`# ${file}`));
  if (block === undefined) throw new Error(`${page} has no ${file}`);
  return block;
}
const objectsOf = (page: string, file: string): Manifest[] => manifestsIn(fileOf(page, file));
const pair = ({ name, expression }: { name: string; expression: string }) => [name, expression] as const;
const one = (manifests: readonly Manifest[], kind: string): unknown =>
  manifests.find((manifest) => manifest.kind === kind)?.spec;

const WITHOUT_KUBECTL = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not on the PATH';

/** What kubectl makes of the overlay of a page. */
function build(t: Test, page: string): Manifest[] {
  const overlay = parse(fileOf(page, 'kustomization.yaml')) as { resources: string[] };
  const folder = t.testdir({});
  const resources = overlay.resources.map((path) => relative(folder, `${root}${path.replace(/^\.\.\//, '')}`));
  t.testdir({ 'kustomization.yaml': stringify({ ...overlay, resources }) });
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  t.equal(status, 0, stderr);
  return manifestsIn(stdout);
}

t.test('the overlays of the pages', { skip: WITHOUT_KUBECTL }, async (t) => {
  t.test('lists of their own for one tenant', async (t) => {
    const built = build(t, 'docs/multi-tenancy.md');
    const names = built.map(({ metadata }) => metadata.name);
    t.same(names, ['ddbctldpjob-allow-lists-shop', 'ddbctldpjob-allow-lists-shop'], 'beside those of the cluster');
    t.match(one(built, 'ValidatingAdmissionPolicyBinding'), {
      policyName: 'ddbctldpjob-allow-lists-shop',
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
    });
    type Policy = { variables: { name: string; expression: string }[] };
    const variablesOf = (manifests: readonly Manifest[]) =>
      (one(manifests, 'ValidatingAdmissionPolicy') as Policy).variables;
    const before = variablesOf(manifestsIn(textOf('manifests/policy/policy.yaml')));
    const changed: Partial<Record<string, string>> = { ALLOWED_TABLES: "'shop-*'", ALLOWED_REGIONS: "'eu-central-1'" };
    const expected = before.map(({ name, expression }) => ({
      name,
      expression: changed[name] ?? expression,
    }));
    t.same(new Map(variablesOf(built).map(pair)), new Map(expected.map(pair)), 'two lists, and nothing else');
    t.same(
      variablesOf(built)
        .map(({ name }) => name)
        .filter((name) => !(name in changed)),
      before.map(({ name }) => name).filter((name) => !(name in changed)),
      'in their order: a variable may use only those before it',
    );
    t.ok(
      variablesOf(built).findIndex(({ name }) => name in changed) <
        variablesOf(built).findIndex(({ name }) => name === 'tables'),
    );
  });

  t.test('a mirror', async (t) => {
    const text = JSON.stringify(build(t, 'docs/running/clusters.md'));
    const images = [...text.matchAll(/"(?:image|value)":"(\S+?dynamoctl-dp-operator[:@][^"]+)"/g)].map(
      ([, name]) => name,
    );
    t.equal(images.length, 3, 'the operator, the workers, the retention');
    t.ok(
      images.every((name) => /^registry\.example\.com\/mirror\/dynamoctl-dp-operator@sha256:0{64}$/.test(name ?? '')),
    );
  });

  t.test('a retention that deletes', async (t) => {
    const text = JSON.stringify(one(build(t, 'docs/running/retention.md'), 'CronJob'));
    t.match(text, '"args":["prune","--older-than-days=30","--delete","--selector=retain!=true"]');
    t.notMatch(textOf('manifests/retention/cron-job.yaml'), /args:.*--delete/, 'as it stands it deletes nothing');
  });
});

t.test('cert-manager', { skip: WITHOUT_HELM }, async (t) => {
  const page = 'docs/running/tls.md';
  const certificates = objectsOf(page, 'certificates.yaml');
  const secrets = certificates.flatMap(({ kind, spec }) =>
    kind === 'Certificate' ? [(spec as { secretName: string }).secretName] : [],
  );
  for (const { command } of ONE_OF_EACH) {
    const args = [
      'template',
      'dynamoctl-dp-operator',
      CHART,
      '--namespace',
      'dynamoctl-dp-operator-system',
      '--kube-version',
      '1.36.0',
    ];
    const { ok, stdout, stderr } = helm(command, [...args, '--values', '-'], fileOf(page, 'values.yaml'));
    t.ok(ok, stderr);
    const rendered = manifestsIn(stdout);
    type Webhook = {
      service: { name: string; namespace: string; protocol: string };
      caBundle: { secretRef: { name: string } };
      clientTLS: { secretRef: { name: string } };
    };
    const { hooks } = one(rendered, 'CompositeController') as { hooks: Record<string, { webhook: Webhook }> };
    t.same(Object.keys(hooks), ['sync', 'finalize']);
    for (const { webhook } of Object.values(hooks)) {
      const { service, caBundle, clientTLS } = webhook;
      t.equal(service.protocol, 'https');
      const names = certificates.map(({ spec }) => (spec as { dnsNames?: string[] }).dnsNames).filter(Boolean);
      t.same(names, [[`${service.name}.${service.namespace}`]], 'the certificate is for what Metacontroller calls');
      for (const { secretRef } of [caBundle, clientTLS]) t.ok(secrets.includes(secretRef.name), secretRef.name);
    }
  }
});

t.test('Kueue: the sample waits in the queue of the page', async (t) => {
  const queues = objectsOf('docs/running/kueue.md', 'queues.yaml');
  const sample = parse(textOf('manifests/samples/in-queue.yaml')) as { spec: { labels: Record<string, string> } };
  const local = queues.find(({ kind }) => kind === 'LocalQueue');
  t.equal(sample.spec.labels[QUEUE_LABEL], local?.metadata.name);
  t.equal(
    (local?.spec as { clusterQueue: string }).clusterQueue,
    queues.find(({ kind }) => kind === 'ClusterQueue')?.metadata.name,
  );
  const tested = textOf('test/e2e/kueue.test.ts');
  for (const { apiVersion, kind } of queues)
    t.ok(tested.includes(`'${apiVersion}'`) && tested.includes(`'${kind}'`), kind);
});

t.test('the price of a deletion is what the formula gives', async (t) => {
  const page = textOf('docs/running/price.md');
  const priceOf = (words: RegExp): number => Number(words.exec(page.replaceAll('\n', ' '))?.[1]);
  const writes = priceOf(/\$([\d.]+) for a million write request units/) / 1e6;
  const reads = priceOf(/\$([\d.]+) for a million read request units/) / 1e6;
  const writeHours = priceOf(/\$([\d.]+) for a write capacity unit/);
  const readHours = priceOf(/\$([\d.]+) for a read capacity unit/);
  const rows = page.split('\n').filter((line) => /^\| [\d.]+ \|/.test(line));
  t.ok(rows.length >= 6);
  const items = 1e6;
  for (const row of rows) {
    const [size = NaN, ...cells] = row.slice(2, -2).split(' | ').map(Number);
    const units = items * Math.ceil(size);
    // Eventually consistent.
    const pass = (items * size * 1024) / (2 * READ_UNIT_BYTES);
    t.same(
      cells,
      [
        units / 1e6,
        pass / 1e6,
        rounded(units * writes + 2 * pass * reads),
        rounded((units * writeHours + 2 * pass * readHours) / 3600),
        rounded(units / PARTITION_WRITE_UNITS / 3600),
      ],
      `${size} KB`,
    );
    // What the count estimates for items of unknown sizes is not below what the formula says of these.
    t.ok(meanWriteUnits(size * 1024) >= Math.ceil(size), `${size} KB: the estimate`);
  }
});
const rounded = (value: number): number => Math.round(value * 100) / 100;
