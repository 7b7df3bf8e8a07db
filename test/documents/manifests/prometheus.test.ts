import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { readManifests } from '../../../manifests/kustomization.js';
import { buildDashboard } from '../../../manifests/prometheus/dashboard.js';
import { API_VERSION, KIND } from '../../../src/api/names.js';
import { Spec } from '../../../src/api/spec.js';
import { CONDITION_TYPES, MODES, STATES } from '../../../src/api/states.js';
import { Status } from '../../../src/api/status.js';
import { buildApp } from '../../../src/webhook/app.js';
import { namesIn } from '../../support/metrics.js';
import { metricsIn } from '../../support/promql.js';
import { defaultSettings } from '../../support/settings.js';

const folder = new URL('../../../manifests/prometheus/', import.meta.url).pathname;

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
interface CustomResourceState {
  spec: { resources: { groupVersionKind: Record<string, string>; metricNamePrefix: string; metrics: Metric[] }[] };
}
interface Metric {
  name: string;
  help: string;
  each: Record<string, unknown> & { type: string };
}

const ruleSpec = readManifests(`${folder}alerts.yaml`)[0]!.spec as { groups: { rules: Rule[] }[] };
const alerts = ruleSpec.groups.flatMap(({ rules }) => rules);
const { panels, templating } = buildDashboard() as {
  panels: { title: string; type: string; description?: string; targets?: { expr: string }[] }[];
  templating: { list: { name: string; query: unknown }[] };
};
const queries = panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => ({ title, expr })));
const [resource] = (parse(readFileSync(`${folder}kube-state-metrics.yaml`, 'utf8')) as CustomResourceState).spec
  .resources;
const stateMetrics = resource!.metrics.map(({ name }) => `${resource!.metricNamePrefix}_${name}`);

t.test('alerts and dashboard use only metrics that exist', async (t) => {
  const app = await buildApp({ settings: defaultSettings, now: () => new Date(0), metrics: 'open' });
  t.teardown(() => app.close());
  // Every route once, as a histogram or a labelled counter is there only from its first sample on.
  await app.inject({ method: 'POST', url: '/sync', payload: '{}' });
  const existing = [...namesIn((await app.inject('/metrics')).body), ...stateMetrics];
  t.ok(existing.length > 40);
  const used = [...alerts.map(({ alert, expr }) => ({ title: alert, expr })), ...queries];
  t.ok(used.length > 20);
  for (const { title, expr } of used) {
    const names = metricsIn(expr);
    t.ok(names.length > 0, `${title} uses a metric`);
    t.same(
      names.filter((name) => !existing.includes(name)),
      [],
      title,
    );
  }
});

t.test('the reader of PromQL sees the metrics', async (t) => {
  t.same(metricsIn('sum by (a) (rate(x_total{b="c_d"}[5m])) > 0 and on (e) y_bucket == 1'), ['x_total', 'y_bucket']);
  t.same(metricsIn('histogram_quantile(0.9, z) unless absent(w)'), ['z', 'w']);
});

t.test('the dashboard', async (t) => {
  t.same(
    templating.list.map(({ name }) => name),
    ['datasource', 'cluster', 'namespace', 'job'],
    'says which Prometheus, which clusters, which namespaces and which scrapes of the operator',
  );
  for (const { title, type, description } of panels) if (type !== 'row') t.match(description, /^[A-Z].*\.$/, title);
  for (const { title, expr } of queries) {
    t.notMatch(expr, /\brate\([^[]*\[(?!\$__rate_interval\])/, `${title}: a rate fits any scrape interval and zoom`);
    t.match(expr, /\bcluster=~"\$cluster"/, `${title}: two clusters in one Prometheus do not add up`);
    const own = expr.replaceAll(/kube_ddbctldpjob_\w+\{[^}]*\}/g, '');
    t.equal(
      /\bjob=~"\$job"/.test(own),
      /dynamoctl_operator_/.test(own),
      `${title}: the operator's own are chosen by job`,
    );
    for (const [, labels] of expr.matchAll(/ on \(([^)]*)\)/g)) t.match(labels, /^cluster, /, `${title}: nor join`);
  }
});

t.test('conditions, reasons and modes in them are ours', async (t) => {
  const text = [...alerts.map(({ expr }) => expr), ...queries.map(({ expr }) => expr)].join('\n');
  const valuesOf = (label: string): string[] =>
    [
      ...text.matchAll(new RegExp(`kube_ddbctldpjob_status_condition\\{[^}]*?\\b${label}(?:=|!=|=~|!~)"([^"]*)"`, 'g')),
    ].flatMap(([, value = '']) => value.split('|'));
  t.ok(valuesOf('reason').length > 5);
  t.same(
    valuesOf('reason').filter((reason) => !(STATES as readonly string[]).includes(reason)),
    [],
  );
  t.ok(valuesOf('type').length > 5);
  t.same(
    valuesOf('type').filter((type) => !(CONDITION_TYPES as readonly string[]).includes(type)),
    [],
  );
});

t.test('kube-state-metrics is told of fields that exist, and never of the key', async (t) => {
  const { group, version, kind } = resource!.groupVersionKind;
  t.equal(`${group}/${version}`, API_VERSION);
  t.equal(kind, KIND);
  const roots: Record<string, unknown> = { spec: Spec, status: Status };
  for (const { name, each } of resource!.metrics) {
    const options = each[each.type.charAt(0).toLowerCase() + each.type.slice(1)] as {
      path: string[];
      labelsFromPath?: Record<string, string[]>;
      list?: string[];
    };
    t.ok(options, `${name} has the options of its type`);
    if (options.path[0] === 'metadata') continue;
    const schema = fieldAt(roots[options.path[0] ?? ''], options.path.slice(1));
    t.ok(schema, `${name}: ${options.path.join('.')} is a field`);
    for (const path of Object.values(options.labelsFromPath ?? {})) {
      t.ok(fieldAt(schema, path), `${name}: ${path.join('.')} is a field`);
      t.notMatch(path.join('.'), /partitionValue|sortKey/);
    }
    if (options.list) t.same(options.list, MODES);
  }
});

/** The schema of a field; of a list, that of its items. */
function fieldAt(schema: unknown, path: readonly string[]): unknown {
  const object = (schema as { items?: object } | undefined)?.items ?? schema;
  if (path.length === 0) return object;
  const properties = (object as { properties?: Record<string, unknown> } | undefined)?.properties;
  return properties?.[path[0] ?? ''] && fieldAt(properties[path[0] ?? ''], path.slice(1));
}

const WITHOUT_PROMTOOL = spawnSync('promtool', ['--version']).status !== 0 && 'promtool is not on the PATH';

t.test('promtool', { skip: WITHOUT_PROMTOOL }, async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'promtool-'));
  t.teardown(() => rmSync(scratch, { recursive: true }));
  const promtool = (args: string[]) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: scratch, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };

  t.test('takes the alerts', async (t) => {
    writeFileSync(join(scratch, 'alerts.yaml'), stringify(ruleSpec));
    const { status, output } = promtool(['check', 'rules', 'alerts.yaml']);
    t.equal(status, 0, output);
    t.match(output, `${alerts.length} rules found`);
  });

  t.test('takes each query of the dashboard', async (t) => {
    const rules = queries.map(({ expr }, index) => ({
      record: `query_${index}`,
      // As Grafana fills it in for "All".
      expr: expr.replaceAll(/\$(namespace|cluster|job)\b/g, '.*').replaceAll('$__rate_interval', '2m'),
    }));
    writeFileSync(join(scratch, 'dashboard.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { status, output } = promtool(['check', 'rules', 'dashboard.yaml']);
    t.equal(status, 0, output);
    t.match(output, `${queries.length} rules found`);
  });

  t.test('refuses what is no PromQL', async (t) => {
    writeFileSync(
      join(scratch, 'wrong.yaml'),
      stringify({ groups: [{ name: 'x', rules: [{ record: 'x', expr: 'sum(' }] }] }),
    );
    t.not(promtool(['check', 'rules', 'wrong.yaml']).status, 0);
  });

  t.test('fires and keeps quiet where it should', async (t) => {
    writeFileSync(join(scratch, 'alerts.yaml'), stringify(ruleSpec));
    writeFileSync(join(scratch, 'tests.yaml'), readFileSync(`${folder}alerts.test.yaml`));
    const { status, output } = promtool(['test', 'rules', 'tests.yaml']);
    t.equal(status, 0, output);
    const tested = readFileSync(`${folder}alerts.test.yaml`, 'utf8');
    t.same(
      alerts.filter(({ alert }) => !new RegExp(`alertname(: |=")${alert}\\b`).test(tested)).map(({ alert }) => alert),
      [],
      'each alert has a case',
    );
  });
});

t.test('an alert says how bad it is, and what to do', async (t) => {
  for (const { alert, labels, annotations } of alerts) {
    t.match(labels.severity, /^(critical|warning|info)$/, alert);
    t.ok(annotations.summary && annotations.description, alert);
  }
});
