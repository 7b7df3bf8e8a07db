import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { buildCrd } from '../../../manifests/crd/build-crd.js';
import { specViolations } from '../../../src/api/validate.js';
import { publishedImage } from '../../../src/cli/process/version.js';
import { root, textOf } from '../pages.js';

/** What Artifact Hub shows of the charts. Source: https://artifacthub.io/docs/topics/annotations/helm */

type Check = (t: Test, value: string) => void;
type Entry = Record<string, unknown>;

const REPOSITORY = 'https://github.com/sanjivmadhavan/dynamoctl-dp-operator/blob/main/';
const entries = (value: string): Entry[] => parse(value) as Entry[];

function linksLead(t: Test, links: Entry[]): void {
  for (const { name, url } of links) {
    t.type(name, 'string');
    t.match(url, /^https:\/\//);
    if (String(url).startsWith(REPOSITORY))
      t.ok(existsSync(join(root, String(url).slice(REPOSITORY.length))), String(url));
  }
}

/** Every annotation that Artifact Hub knows and the charts use. It ignores all others, and says nothing. */
const KNOWN: Readonly<Record<string, Check>> = {
  license: (t, value) => t.equal(value, (JSON.parse(textOf('package.json')) as { license: string }).license),
  category: (t, value) =>
    t.match(
      value,
      /^(ai-machine-learning|database|integration-delivery|monitoring-logging|networking|security|storage|streaming-messaging|skip-prediction)$/,
    ),
  operator: (t, value) => t.equal(value, 'true'),
  operatorCapabilities: (t, value) =>
    t.match(value, /^(Basic Install|Seamless Upgrades|Full Lifecycle|Deep Insights|Auto Pilot)$/),
  images: (t, value) => t.match(entries(value), [{ name: 'dynamoctl-dp-operator', image: publishedImage() }]),
  links: (t, value) => linksLead(t, entries(value)),
  changes: (t, value) => {
    t.ok(entries(value).length > 0);
    for (const { kind, description, links } of entries(value)) {
      t.match(kind, /^(added|changed|deprecated|removed|fixed|security)$/);
      t.type(description, 'string');
      linksLead(t, (links ?? []) as Entry[]);
    }
  },
  crds: (t, value) => {
    const { metadata, spec } = buildCrd() as { metadata: Entry; spec: { names: Entry; versions: Entry[] } };
    const [entry] = entries(value);
    t.match(entry, { name: metadata.name, kind: spec.names.kind, version: spec.versions[0]?.name });
    for (const text of ['displayName', 'description']) t.type(entry?.[text], 'string');
  },
  crdsExamples: (t, value) => {
    for (const { kind, spec } of entries(value)) {
      t.equal(kind, 'DdbctlDpJob');
      t.same(specViolations(spec), []);
    }
  },
};

for (const [chart, least] of [
  ['dynamoctl-dp-operator', Object.keys(KNOWN)],
  ['dynamoctl-dp-job', ['license', 'category', 'links', 'changes']],
] as const)
  t.test(chart, async (t) => {
    const { annotations } = parse(textOf(`manifests/helm/${chart}/Chart.yaml`)) as {
      annotations: Record<string, string>;
    };
    const names = Object.keys(annotations).map((name) => name.replace(/^artifacthub\.io\//, ''));
    t.same(
      least.filter((name) => !names.includes(name)),
      [],
      'what it must say',
    );
    for (const [name, value] of Object.entries(annotations)) {
      t.type(value, 'string', `${name}: Helm takes no other`);
      const check = KNOWN[name.replace('artifacthub.io/', '')];
      if (t.ok(check, `${name} is known`)) check?.(t, value);
    }
  });
