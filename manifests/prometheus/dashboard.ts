/** The Grafana dashboard, from a table of panels. `dashboard.json` is generated from it. */
interface Panel {
  title: string;
  description: string;
  type: 'timeseries' | 'stat' | 'table';
  /** PromQL → legend. */
  queries: Readonly<Record<string, string>>;
  unit?: 'reqps' | 's' | 'bytes' | 'short' | 'wps';
  /** Of 24 columns; a row is full at 24. */
  width: number;
  stacked?: true;
}

/** Several clusters may share a Prometheus. Where there is no label `cluster`, `.*` matches its absence. */
const CLUSTER = 'cluster=~"$cluster"';
/** The operator's own metrics: `job` is how Prometheus names what it scrapes. Those of the resources have kube-state-metrics' job. */
const OPERATOR = `${CLUSTER},job=~"$job"`;
const JOBS = `${CLUSTER},namespace=~"$namespace"`;
const ONE_JOB = 'cluster, namespace, ddbctldpjob';

const ROWS: Readonly<Record<string, readonly Panel[]>> = {
  DdbctlDpJobs: [
    {
      title: 'By state',
      description: 'Number of DdbctlDpJobs in each state.',
      type: 'stat',
      width: 12,
      queries: {
        [`sum by (reason) (kube_ddbctldpjob_status_condition{type="Finished",${JOBS}})`]: '{{reason}}',
      },
    },
    {
      title: 'Failed in the last day',
      description:
        'DdbctlDpJobs that ended without success, other than by being cancelled. The runbook has a section for each reason.',
      type: 'table',
      width: 12,
      queries: {
        [`(kube_ddbctldpjob_status_condition{type="Succeeded",status="False",reason!="Cancelled",${JOBS}} == 1) and on (${ONE_JOB}) (time() - kube_ddbctldpjob_completion_time < 86400)`]:
          '{{namespace}}/{{ddbctldpjob}} {{reason}}',
      },
    },
    {
      title: 'Deletes per second',
      description: 'From the reports of the workers that may report, every 30 s by default.',
      type: 'timeseries',
      width: 8,
      queries: {
        [`deriv(kube_ddbctldpjob_items_deleted{${JOBS}}[5m]) > 0`]: '{{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Write capacity units per second',
      description: 'Write capacity that the workers consume, tables and indexes together, from their reports.',
      type: 'timeseries',
      width: 8,
      queries: {
        [`deriv(kube_ddbctldpjob_write_units{${JOBS}}[5m]) > 0`]: '{{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Write capacity left to others, in percent',
      description: "Of the table's provisioned write capacity, while a worker deletes. On-demand tables have none.",
      type: 'timeseries',
      width: 8,
      queries: {
        [`kube_ddbctldpjob_capacity_left_percent{${JOBS}} and on (${ONE_JOB}) kube_ddbctldpjob_status_condition{type="Finished",status="False",reason="Running"} == 1`]:
          '{{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Items deleted, found and counted',
      description:
        'The latest numbers of each DdbctlDpJob. A count is that of a DryRun; what is found grows while a worker reads.',
      type: 'table',
      width: 12,
      queries: {
        [`kube_ddbctldpjob_items_deleted{${JOBS}}`]: 'deleted {{namespace}}/{{ddbctldpjob}}',
        [`kube_ddbctldpjob_items_found{${JOBS}}`]: 'found {{namespace}}/{{ddbctldpjob}}',
        [`kube_ddbctldpjob_dry_run_items{${JOBS}}`]: 'counted {{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Time since the last report of the worker',
      description:
        'Of DdbctlDpJobs in state Running. Workers report every 30 s by default; a line that keeps rising is a worker that cannot report, or that is stuck.',
      type: 'timeseries',
      unit: 's',
      width: 12,
      queries: {
        [`time() - kube_ddbctldpjob_progress_time{${JOBS}} and on (${ONE_JOB}) kube_ddbctldpjob_status_condition{type="Finished",status="False",reason="Running"} == 1`]:
          '{{namespace}}/{{ddbctldpjob}}',
      },
    },
  ],
  Operator: [
    {
      title: 'Requests',
      description: 'Requests of Metacontroller, by hook and status code.',
      type: 'timeseries',
      unit: 'reqps',
      width: 8,
      stacked: true,
      queries: {
        [`sum by (hook, code) (rate(dynamoctl_operator_hook_requests_total{${OPERATOR}}[$__rate_interval]))`]:
          '{{hook}} {{code}}',
      },
    },
    {
      title: 'Response time',
      description: 'How long the operator takes to answer a hook. Metacontroller gives up after 10 s.',
      type: 'timeseries',
      unit: 's',
      width: 8,
      queries: {
        [`histogram_quantile(0.5, sum by (le, hook) (rate(dynamoctl_operator_hook_duration_seconds_bucket{${OPERATOR}}[$__rate_interval])))`]:
          '{{hook}} median',
        [`histogram_quantile(0.99, sum by (le, hook) (rate(dynamoctl_operator_hook_duration_seconds_bucket{${OPERATOR}}[$__rate_interval])))`]:
          '{{hook}} p99',
      },
    },
    {
      title: 'Refusals',
      description: 'Hook requests that were refused or failed, by cause.',
      type: 'timeseries',
      unit: 'reqps',
      width: 8,
      queries: {
        [`sum by (reason) (rate(dynamoctl_operator_refusals_total{${OPERATOR}}[$__rate_interval])) > 0`]: '{{reason}}',
      },
    },
    {
      title: 'Decisions',
      description: 'Answers of the hooks, by the state that they set. Most change nothing.',
      type: 'timeseries',
      unit: 'reqps',
      width: 12,
      stacked: true,
      queries: {
        [`sum by (hook, reason) (rate(dynamoctl_operator_decisions_total{${OPERATOR}}[$__rate_interval]))`]:
          '{{hook}} {{reason}}',
      },
    },
    {
      title: 'State changes per hour',
      description: 'How many DdbctlDpJobs came into each state during the last hour.',
      type: 'timeseries',
      width: 12,
      queries: {
        [`sum by (reason) (increase(dynamoctl_operator_state_changes_total{${OPERATOR}}[1h])) > 0`]: '{{reason}}',
      },
    },
    {
      title: 'Event loop lag',
      description:
        'The 99th percentile of each replica. From 8 s on the operator asks Metacontroller to come back later.',
      type: 'timeseries',
      unit: 's',
      width: 8,
      queries: {
        [`nodejs_eventloop_lag_p99_seconds and on (cluster, job, instance) dynamoctl_operator_info{${OPERATOR}}`]:
          '{{instance}} p99',
      },
    },
    {
      title: 'Memory',
      description: 'Memory of each replica: of the process, and of the JavaScript heap.',
      type: 'timeseries',
      unit: 'bytes',
      width: 8,
      queries: {
        [`process_resident_memory_bytes and on (cluster, job, instance) dynamoctl_operator_info{${OPERATOR}}`]:
          '{{instance}} resident',
        [`nodejs_heap_size_used_bytes and on (cluster, job, instance) dynamoctl_operator_info{${OPERATOR}}`]:
          '{{instance}} heap',
      },
    },
    {
      title: 'Versions',
      description: 'Number of replicas of each version. More than one version is normal during a rollout only.',
      type: 'stat',
      width: 8,
      queries: { [`sum by (version) (dynamoctl_operator_info{${OPERATOR}})`]: '{{version}}' },
    },
  ],
};

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const HEIGHT = 8;

/** The dashboard as Grafana imports it. Every call returns the same. */
export function buildDashboard(): object {
  let id = 0;
  let y = 0;
  const panels = Object.entries(ROWS).flatMap(([row, members]) => {
    let x = 0;
    const header = {
      id: ++id,
      type: 'row',
      title: row,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: 24, x: 0, y },
    };
    y += 1;
    const placed = members.map((panel) => {
      if (x + panel.width > 24) [x, y] = [0, y + HEIGHT];
      const gridPos = { h: HEIGHT, w: panel.width, x, y };
      x += panel.width;
      return panelOf(panel, ++id, gridPos);
    });
    y += HEIGHT;
    return [header, ...placed];
  });
  return {
    title: 'dynamoctl-dp-operator',
    uid: 'dynamoctl-dp-operator',
    description: 'DdbctlDpJobs, from kube-state-metrics, and the operator, from its own metrics.',
    tags: ['dynamodb', 'kubernetes', 'operator'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    templating: { list: [DATASOURCE_VARIABLE, CLUSTER_VARIABLE, NAMESPACE_VARIABLE, JOB_VARIABLE] },
    annotations: { list: [] },
    panels,
  };
}

const DATASOURCE_VARIABLE = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
/** A variable that Grafana fills from the values of a label. */
const labelVariable = (name: string, label: string, query: string) => ({
  name,
  label,
  type: 'query',
  datasource: DATASOURCE,
  query: { query: `label_values(${query}, ${name})`, refId: name },
  refresh: 2,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
});
const CLUSTER_VARIABLE = labelVariable('cluster', 'Cluster', 'dynamoctl_operator_info');
const NAMESPACE_VARIABLE = labelVariable('namespace', 'Namespace', `kube_ddbctldpjob_info{${CLUSTER}}`);
const JOB_VARIABLE = labelVariable('job', 'Scrape job of the operator', `dynamoctl_operator_info{${CLUSTER}}`);

function panelOf({ title, description, type, queries, unit, stacked }: Panel, id: number, gridPos: object): object {
  const instant = type !== 'timeseries';
  return {
    id,
    title,
    description,
    type,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: {
      defaults: {
        unit: unit ?? 'short',
        ...(type === 'timeseries' && {
          min: 0,
          custom: { fillOpacity: stacked ? 20 : 0, stacking: { mode: stacked ? 'normal' : 'none' } },
        }),
      },
      overrides: [],
    },
    targets: Object.entries(queries).map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      instant,
      range: !instant,
      ...(type === 'table' && { format: 'table' }),
    })),
  };
}
