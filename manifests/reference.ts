import { PRINTER_COLUMNS } from '../src/api/resource.js';
import { Spec } from '../src/api/spec.js';
import { Status } from '../src/api/status.js';
import { flagOf, SETTINGS } from '../src/api/settings.js';

/** The tables of the README that the schemas make. Each stands between `<!-- table: NAME -->` and `<!-- /table -->`. */
interface Schema {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  required?: readonly string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

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
};

/** `text` with every table in it made anew. @throws Error for a table that is not known or not closed */
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
