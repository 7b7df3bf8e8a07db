import { type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { parseAllowList } from '../../api/allow-list.js';
import { normalizeEndpoint } from '../../api/endpoints.js';
import { GROUP } from '../../api/names.js';
import type { Settings } from '../../api/settings.js';

/** One setting: its name in the environment (and, in lower case with dashes, as a flag), what it must be, and what it is for. */
interface Setting {
  name: string;
  default?: string;
  schema: TSchema;
  /** What the schema cannot say. */
  holds?: (text: string) => boolean;
  /** Whether an empty text is a value; elsewhere it means that the setting is not set. */
  mayBeEmpty?: true;
  /** What would be right, for the message that refuses a value. */
  expected: string;
  help: string;
}

const Text = Type.String({ minLength: 1 });
const Word = Type.String({ pattern: '^\\S+$' });
const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/;
const Quantity = Type.String({ pattern: QUANTITY.source });
const FACTORS = { m: 1e-3, k: 1e3, Ki: 2 ** 10, M: 1e6, Mi: 2 ** 20, G: 1e9, Gi: 2 ** 30, T: 1e12, Ti: 2 ** 40 };

/** A quantity as a number; NaN where it is none. */
function amountOf(quantity: string | undefined): number {
  const [, number, unit] = QUANTITY.exec(quantity ?? '') ?? [];
  return Number(number) * (unit === undefined ? 1 : FACTORS[unit as keyof typeof FACTORS]);
}

const whole = (minimum: number, maximum: number, of: string) => ({
  schema: Type.String({ pattern: '^[0-9]{1,9}$' }),
  holds: (text: string) => Number(text) >= minimum && Number(text) <= maximum,
  expected: `${of}, ${minimum} to ${maximum}`,
});

/** Patterns hold no white space; around them it is let be, as YAML's block texts end in a line's end. */
const patterns = {
  schema: Type.String(),
  holds: (text: string) => parseAllowList(text).every((pattern) => !/\s/.test(pattern)),
  mayBeEmpty: true,
} as const;

const allowList = <const Name extends string>(name: Name, value: string, of: string) => ({
  name,
  default: value,
  ...patterns,
  expected: 'patterns separated by commas; * alone allows all, empty none',
  help: `which ${of} a DdbctlDpJob may name`,
});

export const SETTINGS = [
  { name: 'PORT', default: '8080', ...whole(0, 65535, 'a port'), help: 'port of the hooks; 0 takes a free one' },
  { name: 'HOST', default: '0.0.0.0', schema: Word, expected: 'an address', help: 'address to listen on' },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    schema: Type.String({ pattern: '^(trace|debug|info|warn|error|fatal|silent)$' }),
    expected: 'trace, debug, info, warn, error, fatal or silent',
    help: 'what is logged',
  },
  { name: 'WORKER_IMAGE', schema: Word, expected: 'an image', help: 'image of the worker' },
  allowList('ALLOWED_ENDPOINTS', '*', 'endpointURLs'),
  allowList('ALLOWED_TABLES', '*', 'tables'),
  allowList('ALLOWED_REGIONS', '*', 'regions'),
  allowList('ALLOWED_SERVICE_ACCOUNTS', 'default,ddbctl-worker', 'service accounts'),
  allowList('ALLOWED_SECRETS', 'ddbctl-*', 'Secrets'),
  allowList('ALLOWED_METADATA', `kueue.x-k8s.io/*,${GROUP}/*`, 'keys of labels and annotations'),
  allowList('ALLOWED_PRIORITY_CLASSES', '', 'priority classes'),
  {
    name: 'TRUSTED_ENDPOINTS',
    default: '',
    ...patterns,
    expected: 'patterns separated by commas',
    help: "endpoints besides AWS's own that may see real credentials and Secrets",
  },
  {
    name: 'REPORT_SECONDS',
    default: '30',
    ...whole(1, 3600, 'whole seconds'),
    help: 'seconds between two reports of a worker',
  },
  {
    name: 'WORKER_CPU_REQUEST',
    default: '100m',
    schema: Quantity,
    expected: 'a quantity',
    help: "worker's CPU request",
  },
  {
    name: 'WORKER_MEMORY_REQUEST',
    default: '128Mi',
    schema: Quantity,
    expected: 'a quantity',
    help: "worker's memory request",
  },
  {
    name: 'WORKER_MEMORY_LIMIT',
    default: '256Mi',
    schema: Quantity,
    expected: 'a quantity',
    help: "worker's memory limit",
  },
  { name: 'TLS_CERT_FILE', schema: Text, expected: 'a path', help: 'certificate of the hooks, PEM' },
  { name: 'TLS_KEY_FILE', schema: Text, expected: 'a path', help: 'key of the certificate, PEM' },
  {
    name: 'TLS_CLIENT_CA_FILE',
    schema: Text,
    expected: 'a path',
    help: 'CA that clients must have a certificate of, PEM',
  },
  { name: 'BEARER_TOKEN_FILE', schema: Text, expected: 'a path', help: 'token that the hooks require' },
  {
    name: 'METRICS',
    default: 'open',
    schema: Type.String({ pattern: '^(open|protected|off)$' }),
    expected: 'open, protected (as the hooks are, by token and client certificate) or off',
    help: 'GET /metrics, for Prometheus',
  },
  {
    name: 'DOCUMENTATION',
    default: 'false',
    schema: Type.String({ pattern: '^(true|false)$' }),
    expected: 'true or false',
    help: 'whether GET /documentation shows the OpenAPI of the hooks',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];
type Values = Partial<Record<SettingName, string>>;

/** Paths; what they hold is read by `operator-files.ts`. */
export interface FileSettings {
  tlsCert?: string;
  tlsKey?: string;
  tlsClientCA?: string;
  bearerToken?: string;
}

export interface OperatorSettings {
  host: string;
  port: number;
  logLevel: string;
  files: FileSettings;
  /** Absent: off. */
  metrics?: 'open' | 'protected';
  documentation: boolean;
  decisions: Settings;
}

export class InvalidSettings extends Error {
  override name = 'InvalidSettings';
}

/** The flag of a setting: `ALLOWED_TABLES` → `allowed-tables`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/**
 * The operator's settings. Flags win over the environment; an empty text is a value only where the setting may be empty.
 *
 * @throws InvalidSettings naming every setting that is wrong, its value and what would be right.
 */
export function readSettings(
  env: NodeJS.ProcessEnv,
  flags: Readonly<Record<string, string | undefined>>,
  defaultImage: string,
): OperatorSettings {
  const values: Values = {};
  const wrong: string[] = [];
  for (const setting of SETTINGS as readonly Setting[]) {
    const name = setting.name as SettingName;
    const given = flags[flagOf(name)] ?? env[name];
    const chosen =
      (given === '' && !setting.mayBeEmpty ? undefined : given) ??
      setting.default ??
      (name === 'WORKER_IMAGE' ? defaultImage : undefined);
    if (chosen === undefined) continue;
    if (!Value.Check(setting.schema, chosen) || setting.holds?.(chosen) === false)
      wrong.push(`${name}="${chosen}" must be ${setting.expected}`);
    values[name] = chosen;
  }
  if ((values.TLS_CERT_FILE === undefined) !== (values.TLS_KEY_FILE === undefined))
    wrong.push('TLS_CERT_FILE and TLS_KEY_FILE must be set together');
  if (values.TLS_CLIENT_CA_FILE !== undefined && values.TLS_CERT_FILE === undefined)
    wrong.push('TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE');
  if (amountOf(values.WORKER_MEMORY_REQUEST) > amountOf(values.WORKER_MEMORY_LIMIT))
    wrong.push('WORKER_MEMORY_REQUEST must not be above WORKER_MEMORY_LIMIT: the API server would refuse every Job');
  if (wrong.length > 0) throw new InvalidSettings(`wrong settings: ${wrong.join('; ')}`);
  const text = (name: SettingName): string => values[name] ?? '';
  return {
    host: text('HOST'),
    port: Number(text('PORT')),
    logLevel: text('LOG_LEVEL'),
    files: {
      ...(values.TLS_CERT_FILE !== undefined && { tlsCert: values.TLS_CERT_FILE }),
      ...(values.TLS_KEY_FILE !== undefined && { tlsKey: values.TLS_KEY_FILE }),
      ...(values.TLS_CLIENT_CA_FILE !== undefined && { tlsClientCA: values.TLS_CLIENT_CA_FILE }),
      ...(values.BEARER_TOKEN_FILE !== undefined && { bearerToken: values.BEARER_TOKEN_FILE }),
    },
    ...((values.METRICS === 'open' || values.METRICS === 'protected') && { metrics: values.METRICS }),
    documentation: values.DOCUMENTATION === 'true',
    decisions: {
      workerImage: text('WORKER_IMAGE'),
      allowedEndpoints: parseAllowList(text('ALLOWED_ENDPOINTS')).map(asCompared),
      allowedTables: parseAllowList(text('ALLOWED_TABLES')),
      allowedRegions: parseAllowList(text('ALLOWED_REGIONS')),
      allowedServiceAccounts: parseAllowList(text('ALLOWED_SERVICE_ACCOUNTS')),
      allowedSecrets: parseAllowList(text('ALLOWED_SECRETS')),
      allowedMetadata: parseAllowList(text('ALLOWED_METADATA')),
      allowedPriorityClasses: parseAllowList(text('ALLOWED_PRIORITY_CLASSES')),
      trustedEndpoints: parseAllowList(text('TRUSTED_ENDPOINTS')).map(asCompared),
      reportSeconds: Number(text('REPORT_SECONDS')),
      workerCpuRequest: text('WORKER_CPU_REQUEST'),
      workerMemoryRequest: text('WORKER_MEMORY_REQUEST'),
      workerMemoryLimit: text('WORKER_MEMORY_LIMIT'),
    },
  };
}

/** Endpoints are compared in their normal form: lower case, without a default port or a last slash. So are patterns for them. */
function asCompared(pattern: string): string {
  return /^https?:\/\//i.test(pattern) ? (normalizeEndpoint(pattern) ?? pattern) : pattern;
}
