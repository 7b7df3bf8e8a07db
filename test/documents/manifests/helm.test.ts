import { existsSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { type Manifest, renderKustomization } from '../../../manifests/kustomization.js';
import { specViolations } from '../../../src/api/validate.js';
import { GROUP } from '../../../src/api/names.js';
import { readSettings } from '../../../src/cli/operator/read-settings.js';
import { SETTINGS } from '../../../src/api/settings.js';
import { publishedImage, version } from '../../../src/cli/process/version.js';
import { differences } from '../../support/differences.js';
import {
  CHART,
  helm,
  isHook,
  JOB_CHART,
  manifestsOf,
  ONE_OF_EACH,
  template,
  WITHOUT_HELM,
} from '../../support/helm.js';

const kustomize = (folder: string): Manifest[] =>
  renderKustomization(new URL(`../../../manifests/${folder}`, import.meta.url).pathname);
const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
const find = (manifests: readonly Manifest[], name: string): Manifest | undefined =>
  manifests.find((manifest) => nameOf(manifest) === name);

/** Where the chart's objects are not kustomize's, and why that is as it should be. */
const DIFFERENCES: readonly { at: RegExp; reason: string }[] = [
  {
    at: /^\w+\/\S+ metadata\.labels\.(app\.kubernetes\.io\/(instance|version|managed-by)|helm\.sh\/chart)$/,
    reason: 'Helm knows its release by these',
  },
  { at: /^CustomResourceDefinition\/\S+ metadata\.annotations$/, reason: 'crd.keep: helm uninstall leaves the CRD' },
  {
    at: /^Deployment\/dynamoctl-dp-operator spec\.template\.spec\.containers\[0\]\.env\[\d+\]/,
    reason: 'the chart writes every setting out; that they are the defaults is a test of its own',
  },
  { at: /^NetworkPolicy\/\S+ spec\.ingress\[0\]\.from\[2\]$/, reason: 'helm test calls the webhook' },
  {
    at: /^Namespace\/dynamoctl-dp-operator-system$/,
    reason: 'helm install --create-namespace makes it, without labels',
  },
];

t.test('the README of a chart has each of its values, as values.yaml has it', async (t) => {
  for (const chart of [CHART, JOB_CHART]) {
    const readme = readFileSync(`${chart}/README.md`, 'utf8');
    const values = parse(readFileSync(`${chart}/values.yaml`, 'utf8')) as Record<string, unknown>;
    const rows = [...readme.matchAll(/^\| `([\w.]+)` \| (?:`(.*?)`)? \| (.*) \|$/gm)].map(([, path = '', value]) => [
      path,
      value === undefined ? value : (JSON.parse(value) as unknown),
    ]);
    const valueAt = (path: string): unknown =>
      path.split('.').reduce<unknown>((parent, name) => (parent as Record<string, unknown>)[name], values);
    for (const [path, value] of rows) if (value !== undefined) t.same(value, valueAt(path as string), String(path));
    for (const name of Object.keys(values))
      t.ok(
        rows.some(([path]) => path === name || String(path).startsWith(`${name}.`)),
        name,
      );
  }
  const readme = readFileSync(`${CHART}/README.md`, 'utf8');
  for (const row of [
    '| `replicas` | `2` | Two, because nothing is decided while no replica answers. |',
    '| `service.port` | `80` |  |',
    '| `networkPolicy.metacontrollerNamespaceLabels` | `{"kubernetes.io/metadata.name":"metacontroller"}` | Labels of the namespace that Metacontroller runs in. |',
    '| `reportIsNotApprove` |  | Restricts clients that may patch but not update a DdbctlDpJob (the workers) to its report annotation. |',
  ])
    t.match(readme, row);
});

t.test('the charts', { skip: WITHOUT_HELM }, async (t) => {
  for (const { command, version: ofHelm } of ONE_OF_EACH)
    t.test(`with ${command} ${ofHelm}`, (t) => charts(t, command));
});

async function charts(t: Test, command: string): Promise<void> {
  t.test('lint says nothing against them', async (t) => {
    for (const [chart, values] of [
      [CHART, '{}'],
      [JOB_CHART, readFileSync(`${JOB_CHART}/ci/orders-values.yaml`, 'utf8')],
    ] as const) {
      const { ok, stdout, stderr } = helm(
        command,
        ['lint', '--strict', '--kube-version', '1.31.0', '--values', '-', chart],
        values,
      );
      t.ok(ok, stdout + stderr);
    }
  });

  t.test('with its defaults the chart is what kustomize installs', async (t) => {
    const ours = [...kustomize('crd'), ...kustomize('default')];
    const theirs = manifestsOf(template(command, CHART)).filter((manifest) => !isHook(manifest));
    const found = [...new Set([...ours, ...theirs].map(nameOf))].flatMap((name) => {
      const [left, right] = [find(ours, name), find(theirs, name)];
      return left && right ? differences(left, right).map((path) => `${name} ${path}`) : [name];
    });
    t.same(
      found.filter((difference) => !DIFFERENCES.some(({ at }) => at.test(difference))),
      [],
      'no difference without a reason',
    );
    t.same(
      DIFFERENCES.filter(({ at }) => !found.some((difference) => at.test(difference))).map(({ reason }) => reason),
      [],
      'no reason without a difference',
    );
  });

  t.test('its defaults are those of the operator', async (t) => {
    const env = environment(manifestsOf(template(command, CHART)));
    t.same(readSettings(env, {}, publishedImage()), readSettings({}, {}, publishedImage()));
    const elsewhere = ['PORT', 'HOST', 'TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE', 'BEARER_TOKEN_FILE'];
    t.same(
      SETTINGS.map(({ name }) => name as string).filter((name) => !(name in env)),
      elsewhere,
      'every other setting is a value',
    );
  });

  t.test('what the other kustomizations have comes with a value', async (t) => {
    for (const { folder, values, except } of [
      { folder: 'policy', values: { policy: { admission: true } } },
      ...['worker/service-account', 'worker/report-right'].map((part) => ({
        folder: part,
        values: { settings: { workerRights: 'none' }, workers: { namespaces: ['shop'] } },
        except: /metadata\.namespace$|subjects\[0\]\.namespace$/,
      })),
    ] as { folder: string; values: object; except?: RegExp }[]) {
      const rendered = manifestsOf(template(command, CHART, values));
      for (const wanted of kustomize(folder)) {
        const got = find(rendered, nameOf(wanted));
        if (!t.ok(got, nameOf(wanted)) || !got) continue;
        const found = differences(wanted, got).map((path) => `${nameOf(wanted)} ${path}`);
        t.same(
          found.filter((path) => !DIFFERENCES[0]?.at.test(path) && !except?.test(path)),
          [],
          `${folder}: ${nameOf(wanted)}`,
        );
      }
    }
  });

  t.test(
    'where the operator grants the right to report, an account for workers brings none to all resources',
    async (t) => {
      const rendered = manifestsOf(template(command, CHART, { workers: { namespaces: ['shop'] } }));
      t.ok(find(rendered, 'ServiceAccount/ddbctl-worker'));
      for (const kind of ['Role', 'RoleBinding']) t.notOk(find(rendered, `${kind}/ddbctl-worker`), kind);
    },
  );

  t.test('ServiceMonitor, alerts and dashboard are those of manifests/prometheus', async (t) => {
    const on = { enabled: true };
    const rendered = manifestsOf(
      template(command, CHART, { metrics: { serviceMonitor: on, prometheusRule: on, dashboard: on } }),
    );
    const read = (file: string): string =>
      readFileSync(new URL(`../../../manifests/prometheus/${file}`, import.meta.url), 'utf8');
    for (const [name, file] of [
      ['ServiceMonitor/dynamoctl-dp-operator', 'service-monitor.yaml'],
      ['PrometheusRule/dynamoctl-dp-operator', 'alerts.yaml'],
    ] as const)
      t.same(find(rendered, name)?.spec, (parse(read(file)) as Manifest).spec, name);
    const dashboard = find(rendered, 'ConfigMap/dynamoctl-dp-operator-dashboard');
    t.same(
      JSON.parse((dashboard?.data as Record<string, string>)['dynamoctl-dp-operator.json'] ?? ''),
      JSON.parse(read('dashboard.json')),
    );
  });

  t.test('every value does something', async (t) => {
    const plain = template(command, CHART).stdout;
    for (const [claim, values, says] of EFFECTS) {
      const { ok, stdout, stderr } = template(command, CHART, values);
      t.ok(ok, `${claim}: ${stderr}`);
      t.match(stdout, says, claim);
      // Without values it is what the chart says by default.
      if (says instanceof RegExp && Object.keys(values).length > 0) t.notMatch(plain, says, `not without: ${claim}`);
    }
  });

  t.test('every pod is restricted', async (t) => {
    const pods = manifestsOf(template(command, CHART, EVERYTHING)).flatMap(podsOf);
    t.equal(pods.length, 3, 'the Deployment, the guard and the test');
    for (const { of, spec } of pods) {
      t.notOk('runAsUser' in spec.securityContext, `${of}: OpenShift refuses a UID of ours`);
      t.match(spec.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, of);
      for (const container of spec.containers)
        t.match(
          container.securityContext,
          { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          of,
        );
    }
  });

  t.test('the schema refuses', async (t) => {
    for (const [values, says] of REFUSALS) {
      const { ok, stderr } = template(command, CHART, values);
      t.notOk(ok, JSON.stringify(values));
      t.match(stderr, says);
    }
    for (const [values, says] of JOB_REFUSALS) {
      const { ok, stderr } = template(command, JOB_CHART, values);
      t.notOk(ok, JSON.stringify(values));
      t.match(stderr, says);
    }
  });

  t.test('the chart of a job makes one, with the names of the original', async (t) => {
    const target = parse(readFileSync(`${JOB_CHART}/ci/orders-values.yaml`, 'utf8')) as object;
    const more = {
      mode: 'DryRun',
      maxWriteUnitsPerSecond: 1000000,
      suspend: false,
      labels: { [`${GROUP}/team`]: 'a' },
    };
    const [job, ...others] = manifestsOf(template(command, JOB_CHART, { ...target, ...more }));
    t.equal(others.length, 0);
    t.same(job?.spec, { ddbCtlDpJob: (target as { dynamoctlDpJob: object }).dynamoctlDpJob, ...more });
    t.same(specViolations(job?.spec), []);
    const text = manifestsOf(
      template(command, JOB_CHART, target, [
        '--set-string',
        'dynamoctlDpJob.partitionValue=0123',
        '--set',
        'nameOverride=other',
      ]),
    );
    t.match(text, [{ metadata: { name: 'other' }, spec: { ddbCtlDpJob: { partitionValue: '0123' } } }]);
  });
}

t.test('the charts and the package have one version', async (t) => {
  for (const chart of [CHART, JOB_CHART]) {
    const {
      version: chartVersion,
      appVersion,
      annotations,
    } = parse(readFileSync(`${chart}/Chart.yaml`, 'utf8')) as {
      version: string;
      appVersion: string;
      annotations: Record<string, string>;
    };
    t.equal(chartVersion, version());
    t.equal(appVersion, version());
    if (chart === CHART) t.match(annotations['artifacthub.io/images'], publishedImage());
  }
});

t.test('values.yaml has every value of the schema, and no other', async (t) => {
  const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema;
  const values = parse(readFileSync(`${CHART}/values.yaml`, 'utf8')) as Record<string, unknown>;
  t.same(
    pathsOf(schema).filter((path) => path !== 'global' && !has(values, path.split('.'))),
    [],
  );
  t.ok(pathsOf(schema).length > 80);
  t.ok(existsSync(`${CHART}/files/request.json`));
});

interface Schema {
  properties?: Record<string, Schema>;
}
const pathsOf = (schema: Schema, prefix = ''): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
    prefix + name,
    ...pathsOf(inner, `${prefix}${name}.`),
  ]);
const has = (value: unknown, [first = '', ...rest]: string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  first in value &&
  (rest.length === 0 || has((value as Record<string, unknown>)[first], rest));

interface PodSpec {
  securityContext: object;
  containers: { securityContext: object; env?: { name: string; value: string }[] }[];
}
function podsOf(manifest: Manifest): { of: string; spec: PodSpec }[] {
  const spec = manifest.spec as (PodSpec & { template?: { spec: PodSpec } }) | undefined;
  const pod =
    manifest.kind === 'Pod' ? spec : ['Deployment', 'Job'].includes(manifest.kind) ? spec?.template?.spec : undefined;
  return pod ? [{ of: nameOf(manifest), spec: pod }] : [];
}
function environment(manifests: readonly Manifest[]): Record<string, string> {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const env = (deployment && podsOf(deployment)[0]?.spec.containers[0]?.env) ?? [];
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

const EVERYTHING = {
  commonLabels: { team: 'a' },
  commonAnnotations: { note: 'b' },
  workers: {
    namespaces: ['shop', { name: 'billing', annotations: { role: 'of billing' } }],
    networkPolicy: { enabled: true },
  },
  tls: { secretName: 'cert', clientCAKey: 'ca.crt', testSecretName: 'client', caBundle: { inline: 'PEM' } },
  bearerToken: { secretName: 'token' },
  policy: { admission: true },
  metrics: { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboard: { enabled: true } },
  extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } }],
};

/** A claim, the values, and what is then in the output (and was not before). */
const EFFECTS: readonly [string, object, RegExp][] = [
  ['everything at once', EVERYTHING, /name: extra/],
  ['a tag', { image: { tag: 'v9' } }, /image: "ghcr\.io\/sanjivmadhavan\/dynamoctl-dp-operator:v9"/],
  ['a tag is the worker image too', { image: { tag: 'v9' } }, /name: WORKER_IMAGE\n +value: "ghcr\.io\S+:v9"/],
  ['a digest', { image: { tag: 'v9', digest: SHA } }, new RegExp(`image: "ghcr\\.io\\S+operator@${SHA}"`)],
  ['a worker image of its own', { worker: { image: 'w:1' } }, /name: WORKER_IMAGE\n +value: "w:1"/],
  ['a pull policy', { image: { pullPolicy: 'Never' } }, /imagePullPolicy: Never/],
  ['pull secrets', { imagePullSecrets: ['registry'] }, /imagePullSecrets:\n +- name: registry/],
  [
    'IRSA of a worker',
    { workers: { namespaces: ['shop'], serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:x' } } } },
    /eks\.amazonaws\.com\/role-arn: arn:x/,
  ],
  ['a role of one namespace', EVERYTHING, /annotations:\n +note: b\n +role: of billing/],
  ['annotations of the account', { serviceAccount: { annotations: { a: 'b' } } }, /annotations:\n +a: b[\n]automount/],
  ['an account of somebody else', { serviceAccount: { create: false, name: 'theirs' } }, /serviceAccountName: theirs/],
  ['replicas', { replicas: 5 }, /replicas: 5/],
  [
    'a budget by availability',
    { podDisruptionBudget: { minAvailable: 2, maxUnavailable: null } },
    /\n {2}minAvailable: 2\n/,
  ],
  [
    'spread over zones',
    { topologySpreadConstraints: [{ topologyKey: 'topology.kubernetes.io/zone' }] },
    /topologyKey: topology\.kubernetes\.io\/zone/,
  ],
  ['affinity', { affinity: { nodeAffinity: {} } }, /affinity:\n +nodeAffinity/],
  ['node selector', { nodeSelector: { disk: 'ssd' } }, /nodeSelector:\n +disk: ssd/],
  ['tolerations', { tolerations: [{ operator: 'Exists' }] }, /tolerations:\n +- operator: Exists/],
  ['a priority', { priorityClassName: 'high' }, /priorityClassName: high/],
  [
    'an allow-list',
    { policy: { allowedTables: ['Orders', 'arn:aws:*'] } },
    /name: ALLOWED_TABLES\n +value: "Orders,arn:aws:\*"/,
  ],
  [
    'an allow-list at admission',
    { policy: { allowedTables: ['Orders'], admission: true } },
    /name: ALLOWED_TABLES\n +expression: "'Orders'"/,
  ],
  ['a bound', { policy: { maxWorkerMemory: '1Gi' } }, /name: MAX_WORKER_MEMORY\n +value: "1Gi"/],
  ['a bound that is a number', { policy: { maxWorkerCpu: 4 } }, /name: MAX_WORKER_CPU\n +value: "4"/],
  [
    'a bound at admission',
    { policy: { maxWorkerCpu: 4, admission: true } },
    /name: MAX_WORKER_CPU\n +expression: "'4'"/,
  ],
  ['a tag of tables under hold', { settings: { holdTag: 'hold=true' } }, /name: HOLD_TAG\n +value: "hold=true"/],
  ['tables under hold', { policy: { heldTables: ['a', 'b*'] } }, /name: HELD_TABLES\n +value: "a,b\*"/],
  [
    'tables under hold at admission',
    { policy: { heldTables: ['a'], admission: true } },
    /name: HELD_TABLES\n +expression: "'a'"/,
  ],
  ['a count is required', { settings: { requireDryRun: true } }, /name: REQUIRE_DRY_RUN\n +value: "true"/],
  [
    'recovery is required',
    { settings: { requirePointInTimeRecovery: true } },
    /name: REQUIRE_POINT_IN_TIME_RECOVERY\n +value: "true"/,
  ],
  [
    'a default limit, in digits',
    { settings: { defaultMaxWriteUnitsPerSecond: 1000000 } },
    /name: DEFAULT_MAX_WRITE_UNITS_PER_SECOND\n +value: "1000000"/,
  ],
  ['no default limit', {}, /name: DEFAULT_CAPACITY_SHARE_PERCENT\n +value: ""/],
  ['no limit on items', {}, /name: MAX_ITEMS\n +value: ""/],
  ['a limit on items, in digits', { policy: { maxItems: 2000000 } }, /name: MAX_ITEMS\n +value: "2000000"/],
  [
    'a limit on items at admission',
    { policy: { maxItems: 2000000, admission: true } },
    /name: MAX_ITEMS\n +expression: "'2000000'"/,
  ],
  ['the key for receipts', { settings: { receiptKeySecret: 'key' } }, /name: RECEIPT_KEY_SECRET\n +value: "key"/],
  [
    'the key for receipts at admission',
    { settings: { receiptKeySecret: 'key' }, policy: { admission: true } },
    /name: RECEIPT_KEY_SECRET\n +expression: "'key'"/,
  ],
  ['an empty allow-list', { policy: { allowedSecrets: [] } }, /name: ALLOWED_SECRETS\n +value: ""/],
  ['https', { tls: { secretName: 'cert' } }, /protocol: https/],
  ['probes by https', { tls: { secretName: 'cert' } }, /scheme: HTTPS/],
  [
    'a CA for Metacontroller',
    { tls: { secretName: 'cert', caBundle: { secretRef: { name: 'ca' } } } },
    /caBundle:\n +secretRef/,
  ],
  ['a client certificate', EVERYTHING, /TLS_CLIENT_CA_FILE\n +value: \/etc\/dynamoctl\/tls\/ca\.crt/],
  [
    'a token, for Metacontroller',
    { bearerToken: { secretName: 'token' } },
    /authorization:\n +secretRef:\n +name: token/,
  ],
  [
    'a token, for the operator',
    { bearerToken: { secretName: 'token' } },
    /BEARER_TOKEN_FILE\n +value: \/etc\/dynamoctl\/token\/token/,
  ],
  [
    'two tokens, during a rotation',
    { bearerToken: { secretName: 'token', acceptedKey: 'accepted' } },
    /BEARER_TOKEN_FILE\n +value: \/etc\/dynamoctl\/token\/accepted/,
  ],
  ['a token, for the test', { bearerToken: { secretName: 'token' } }, /--token-file=\/token\/token/],
  ['the port', { service: { port: 8443 } }, /\/sync[\s\S]*port: 8443/],
  ['documentation', { settings: { documentation: true } }, /name: DOCUMENTATION\n +value: "true"/],
  [
    'the CRD is not kept',
    { crd: { keep: false }, commonAnnotations: { a: 'b' } },
    /kind: CustomResourceDefinition\nmetadata:\n +name: \S+\n +labels:\n(?: {4}.*\n)+ +annotations:\n +a: b\nspec/,
  ],
  [
    'Metacontroller elsewhere',
    { networkPolicy: { metacontrollerNamespaceLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } } },
    /kubernetes\.io\/metadata\.name: elsewhere/,
  ],
  ['Prometheus elsewhere', { networkPolicy: { metricsFrom: [{ podSelector: { matchLabels: { a: 'b' } } }] } }, /a: b/],
  ['workers may speak to few', EVERYTHING, /key: dynamoctl\.dp\.operators\.sanjivmadhavan\.io\/run/],
  ['workers reach EKS Pod Identity by IPv6', EVERYTHING, /cidr: fd00:ec2::23\/128/],
  [
    'an extra object as text',
    { extraObjects: ['kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}-more'] },
    /name: dynamoctl-dp-operator-more/,
  ],
  ['a name', { fullnameOverride: 'short' }, /name: short-test/],
  ['a longer wait', { compositeController: { timeout: '5s' } }, /timeout: 5s/],
  ['a resync', { compositeController: { resyncPeriodSeconds: 600 } }, /resyncPeriodSeconds: 600/],
];

const REFUSALS: readonly [object, RegExp][] = [
  [{ replica: 3 }, /replica/],
  [{ replicas: 'two' }, /replicas/],
  [{ image: { version: 'v1' } }, /version/],
  [{ image: { digest: 'latest' } }, /digest/],
  [{ policy: { allowedTable: ['*'] } }, /allowedTable/],
  [{ policy: { allowedTables: '*' } }, /allowedTables/],
  [{ policy: { maxWorkerCpu: 'many' } }, /maxWorkerCpu/],
  [{ policy: { maxItems: 0 } }, /maxItems/],
  [{ settings: { holdTag: '=true' } }, /holdTag/],
  [{ settings: { defaultCapacitySharePercent: 101 } }, /defaultCapacitySharePercent/],
  [{ policy: { allowedTables: ["a' || true || 'b"] } }, /allowedTables/],
  [{ policy: { allowedTables: ['a,b'] } }, /allowedTables/],
  [{ settings: { logLevel: 'loud' } }, /logLevel/],
  [{ settings: { reportSeconds: 0 } }, /reportSeconds/],
  [{ metrics: { mode: 'on' } }, /mode/],
  [{ workers: { namespaces: ['Not A Name'] } }, /namespaces/],
  [{ workers: { namespaces: [{ annotations: {} }] } }, /name/],
  [{ worker: { resources: { limits: { memory: 'much' } } } }, /memory/],
  [{ compositeController: { timeout: 'soon' } }, /timeout/],
];

const JOB_REFUSALS: readonly [object, RegExp][] = [
  [{}, /tableName/],
  [{ dynamoctlDpJob: { tableName: 'Orders', partitionValue: 12 } }, /partitionValue/],
  [{ dynamoctlDpJob: { tableName: 'Orders', partitionKey: 'a' } }, /partitionKey/],
  [{ dynamoctlDpJob: { tableName: 'Orders', partitionValue: 'a' }, mode: 'Delete' }, /mode/],
  [{ dynamoctlDpJob: { tableName: 'Orders', partitionValue: 'a' }, backoffLimit: 11 }, /backoffLimit/],
  [{ dynamoctlDpJob: { tableName: 'Orders', partitionValue: 'a' }, image: 'x' }, /image/],
];
