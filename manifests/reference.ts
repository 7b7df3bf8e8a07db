import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { EXIT_CODES, FAIL_JOB_EXIT_CODES, IGNORED_EXIT_CODES } from '../src/api/exit-codes.js';
import { PRINTER_COLUMNS } from '../src/api/resource.js';
import { flagOf, SETTINGS } from '../src/api/settings.js';
import { Spec } from '../src/api/spec.js';
import { CONDITION_TYPES, type State, STATE_TABLE, STATES, stateConditions } from '../src/api/states.js';
import { Status } from '../src/api/status.js';

/** The part of a schema that a table shows. */
interface Schema {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  required?: readonly string[] | undefined;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** The tables in docs/ that the source makes. Each stands between `<!-- table: NAME -->` and `<!-- /table -->`. */
const TABLES: Readonly<Record<string, () => string>> = {
  spec: () => fieldTable(Spec, ''),
  status: () => fieldTable(Status, ''),
  columns: () =>
    table(
      ['column', 'shows', 'from'],
      PRINTER_COLUMNS.map((column) => [
        'priority' in column ? `${column.name} (\`-o wide\`)` : column.name,
        column.description,
        code(column.jsonPath),
      ]),
    ),
  settings: () =>
    table(
      ['setting', 'flag', 'default', 'what it is'],
      SETTINGS.map((setting) => [
        code(setting.name),
        code(`--${flagOf(setting.name)}`),
        settingDefault('default' in setting ? setting.default : undefined),
        `${setting.help}: ${setting.expected}`,
      ]),
    ),
  states: () => {
    const shown = CONDITION_TYPES.filter((type) => STATES.some((state) => stateConditions(state)[type] !== undefined));
    return table(
      ['state', ...shown, 'final?', 'exit code', 'meaning'],
      STATES.map((state) => {
        const row = STATE_TABLE[state];
        return [
          state,
          ...shown.map((type) => stateConditions(state)[type] ?? '–'),
          row.isFinished ? 'yes' : 'no',
          'exitCode' in row ? String(row.exitCode) : '–',
          row.meaning,
        ];
      }),
    );
  },
  'exit-codes': () =>
    table(
      ['exit code', 'state', 'the Job', 'meaning'],
      Object.values(EXIT_CODES).map((exitCode) => [
        code(String(exitCode)),
        statesOf(exitCode).join(' or ') || '–',
        reactionOf(exitCode),
        meaningOfExitCode(exitCode),
      ]),
    ),
  'resource-metrics': () =>
    table(
      ['metric', 'type', 'what it is'],
      resourceMetrics().map(({ name, help, each: { type } }) => [code(name), type.toLowerCase(), help]),
    ),
};

const statesOf = (exitCode: number): State[] =>
  STATES.filter((state) => {
    const row = STATE_TABLE[state];
    return 'exitCode' in row && row.exitCode === exitCode;
  });

function reactionOf(exitCode: number): string {
  if (exitCode === EXIT_CODES.done) return 'is complete';
  if (FAIL_JOB_EXIT_CODES.includes(exitCode)) return 'fails at once: another attempt would end in the same way';
  if (IGNORED_EXIT_CODES.includes(exitCode)) return 'starts another pod; the attempt is not counted';
  return 'starts another pod, at most `backoffLimit` times';
}

function meaningOfExitCode(exitCode: number): string {
  if (exitCode === EXIT_CODES.interrupted) return 'Interrupted by Ctrl-C, or declined at the terminal';
  if (exitCode === EXIT_CODES.terminated) return 'Stopped by SIGTERM or by the fence, after draining';
  return statesOf(exitCode)
    .map((state) => STATE_TABLE[state].meaning)
    .join('. Or: ');
}

interface ResourceMetric {
  name: string;
  help: string;
  each: { type: string };
}

/** What kube-state-metrics is configured to tell, under the names that it gives. */
function resourceMetrics(): ResourceMetric[] {
  const file = new URL('prometheus/kube-state-metrics.yaml', import.meta.url);
  const { spec } = parse(readFileSync(file, 'utf8')) as {
    spec: { resources: { metricNamePrefix: string; metrics: ResourceMetric[] }[] };
  };
  return spec.resources.flatMap(({ metricNamePrefix, metrics }) =>
    metrics.map((metric) => ({ ...metric, name: `${metricNamePrefix}_${metric.name}` })),
  );
}

/** `text` with every table in it written again. @throws Error for a table that is not known or not closed */
export function withReferenceTables(text: string): string {
  return text.replace(
    /<!-- table: (\S+) -->\n[\s\S]*?(<!-- \/table -->|$)/g,
    (_: string, name: string, end: string) => {
      const render = TABLES[name];
      if (!render) throw new Error(`no table is called "${name}"; there are ${Object.keys(TABLES).join(', ')}`);
      if (end === '') throw new Error(`table "${name}" has no <!-- /table -->`);
      return `<!-- table: ${name} -->\n${render()}\n<!-- /table -->`;
    },
  );
}

function fieldTable(schema: Schema, prefix: string): string {
  return table(['field', 'type', 'what it is'], fieldRows(schema, prefix));
}

function fieldRows(schema: Schema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const required = schema.required?.includes(name) ? ' Required.' : '';
    const row = [code(path), typeOf(field), `${field.description ?? ''}${required}${limits(field)}`];
    const inner = field.type === 'array' ? field.items : field;
    return [row, ...fieldRows(inner ?? {}, field.type === 'array' ? `${path}[].` : `${path}.`)];
  });
}

function typeOf(field: Schema): string {
  if (field.enum) return field.enum.map((value) => code(String(value))).join(' or ');
  if (field.type === 'array') return 'list';
  if (field.type === 'object' && !field.properties) return 'map';
  return field.type ?? 'any';
}

function limits(field: Schema): string {
  const said: string[] = [];
  const huge = field.maximum === undefined || field.maximum >= 2147483647;
  if (field.minimum !== undefined && field.minimum > 0)
    said.push(huge ? `at least ${field.minimum}` : `${field.minimum} to ${field.maximum}`);
  else if (!huge) said.push(`at most ${field.maximum}`);
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

const code = (text: string): string => `\`${text}\``;

function table(head: string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const settingDefault = (value: string | undefined): string =>
  value === undefined ? '–' : value === '' ? 'none' : code(value);
