import { type TSchema, Type } from '@sinclair/typebox';
import { type AllowList, parseAllowList } from './allow-list.js';
import { GROUP } from './names.js';
import { isWholeNumber, QUANTITY } from './patterns.js';

/** What the operator decides with. Read and validated by `cli/operator/read-settings.ts`, handed to sync as a value. */
export interface Settings {
  /** Image of the worker, one image for both commands. */
  workerImage: string;
  allowedEndpoints: AllowList;
  allowedTables: AllowList;
  allowedRegions: AllowList;
  allowedServiceAccounts: AllowList;
  allowedSecrets: AllowList;
  /** Patterns for the keys of spec.labels and spec.annotations. */
  allowedMetadata: AllowList;
  allowedPriorityClasses: AllowList;
  /** Endpoints besides AWS's own that may see real credentials and Secrets. */
  trustedEndpoints: AllowList;
  /** Seconds between two reports of a worker. */
  reportSeconds: number;
  workerCpuRequest: string;
  workerMemoryRequest: string;
  workerMemoryLimit: string;
}

/** One setting: its name in the environment (and, in lower case with dashes, as a flag), what it must be, and what it is for. */
export interface Setting {
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
const Quantity = Type.String({ pattern: QUANTITY.source });

const whole = (minimum: number, maximum: number, of: string) => ({
  schema: Type.String(),
  holds: (text: string) => isWholeNumber(text, minimum, maximum),
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

/** The flag of a setting: `ALLOWED_TABLES` → `allowed-tables`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
