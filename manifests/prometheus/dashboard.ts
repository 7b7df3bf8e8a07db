/** The Grafana dashboard, from a table of panels. `dashboard.json` is generated from it. */
interface Panel {
  title: string;
  description?: string;
  type: 'timeseries' | 'stat' | 'table';
  /** PromQL → legend. */
  queries: Readonly<Record<string, string>>;
  unit?: 'reqps' | 's' | 'bytes' | 'short' | 'wps';
  /** Of 24 columns; a row is full at 24. */
  width: number;
  stacked?: true;
}

const JOBS = 'namespace=~"$namespace"';

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
      type: 'table',
      width: 12,
      queries: {
        [`(kube_ddbctldpjob_status_condition{type="Succeeded",status="False",reason!="Cancelled",${JOBS}} == 1) and on (namespace, ddbctldpjob) (time() - kube_ddbctldpjob_completion_time < 86400)`]:
          '{{namespace}}/{{ddbctldpjob}} {{reason}}',
      },
    },
    {
      title: 'Deletes per second',
      description: 'From the reports of the workers that may report, every 30 s by default.',
      type: 'timeseries',
      width: 12,
      queries: {
        [`deriv(kube_ddbctldpjob_items_deleted{${JOBS}}[5m]) > 0`]: '{{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Write capacity units per second',
      type: 'timeseries',
      width: 12,
      queries: {
        [`deriv(kube_ddbctldpjob_write_units{${JOBS}}[5m]) > 0`]: '{{namespace}}/{{ddbctldpjob}}',
      },
    },
    {
      title: 'Items deleted, found and counted',
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
      type: 'timeseries',
      unit: 's',
      width: 12,
      queries: {
        [`time() - kube_ddbctldpjob_progress_time{${JOBS}} and on (namespace, ddbctldpjob) kube_ddbctldpjob_status_condition{type="Finished",status="False",reason="Running"} == 1`]:
          '{{namespace}}/{{ddbctldpjob}}',
      },
    },
  ],
  Operator: [
    {
      title: 'Requests',
      type: 'timeseries',
      unit: 'reqps',
      width: 8,
      stacked: true,
      queries: { 'sum by (hook, code) (rate(dynamoctl_operator_hook_requests_total[5m]))': '{{hook}} {{code}}' },
    },
    {
      title: 'Response time',
      type: 'timeseries',
      unit: 's',
      width: 8,
      queries: {
        'histogram_quantile(0.5, sum by (le, hook) (rate(dynamoctl_operator_hook_duration_seconds_bucket[5m])))':
          '{{hook}} median',
        'histogram_quantile(0.99, sum by (le, hook) (rate(dynamoctl_operator_hook_duration_seconds_bucket[5m])))':
          '{{hook}} p99',
      },
    },
    {
      title: 'Refusals',
      description: 'Hook requests that were refused or failed, by cause.',
      type: 'timeseries',
      unit: 'reqps',
      width: 8,
      queries: { 'sum by (reason) (rate(dynamoctl_operator_refusals_total[5m])) > 0': '{{reason}}' },
    },
    {
      title: 'Decisions',
      type: 'timeseries',
      unit: 'reqps',
      width: 12,
      stacked: true,
      queries: { 'sum by (hook, reason) (rate(dynamoctl_operator_decisions_total[5m]))': '{{hook}} {{reason}}' },
    },
    {
      title: 'State changes per hour',
      type: 'timeseries',
      width: 12,
      queries: { 'sum by (reason) (increase(dynamoctl_operator_state_changes_total[1h])) > 0': '{{reason}}' },
    },
    {
      title: 'Event loop lag',
      type: 'timeseries',
      unit: 's',
      width: 8,
      queries: { 'nodejs_eventloop_lag_p99_seconds and on (instance) dynamoctl_operator_info': '{{instance}} p99' },
    },
    {
      title: 'Memory',
      type: 'timeseries',
      unit: 'bytes',
      width: 8,
      queries: {
        'process_resident_memory_bytes and on (instance) dynamoctl_operator_info': '{{instance}} resident',
        'nodejs_heap_size_used_bytes and on (instance) dynamoctl_operator_info': '{{instance}} heap',
      },
    },
    {
      title: 'Versions',
      type: 'stat',
      width: 8,
      queries: { 'sum by (version) (dynamoctl_operator_info)': '{{version}}' },
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
    templating: { list: [DATASOURCE_VARIABLE, NAMESPACE_VARIABLE] },
    annotations: { list: [] },
    panels,
  };
}

const DATASOURCE_VARIABLE = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
const NAMESPACE_VARIABLE = {
  name: 'namespace',
  label: 'Namespace',
  type: 'query',
  datasource: DATASOURCE,
  query: { query: 'label_values(kube_ddbctldpjob_info, namespace)', refId: 'namespace' },
  refresh: 2,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
};

function panelOf({ title, description, type, queries, unit, stacked }: Panel, id: number, gridPos: object): object {
  const instant = type !== 'timeseries';
  return {
    id,
    title,
    ...(description !== undefined && { description }),
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
