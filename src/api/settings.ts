import { type TSchema, Type } from '@sinclair/typebox';
import { type AllowList, parseAllowList } from './allow-list.js';
import { HOLD_TAG_PATTERN } from './holds.js';
import { DEFAULT_CAPACITY_SHARE_PERCENT, GROUP } from './names.js';
import { DNS_SUBDOMAIN, INT32_MAX, isWholeNumber, QUANTITY } from './patterns.js';
import { RECEIPT_KEY } from './receipt.js';
import { REQUEST_PATHS, type RequestPath } from './worker.js';

/** The settings that decisions depend on. `cli/operator/read-settings.ts` reads and validates them and hands them to sync. */
export interface Settings {
  /** Image of the worker; the operator and the worker are two commands of one image. */
  workerImage: string;
  allowedEndpoints: AllowList;
  allowedTables: AllowList;
  allowedRegions: AllowList;
  allowedServiceAccounts: AllowList;
  allowedSecrets: AllowList;
  /** Patterns for the keys of spec.labels and spec.annotations. */
  allowedMetadata: AllowList;
  allowedPriorityClasses: AllowList;
  /** Patterns for the keys of the taints that a resource may tolerate. */
  allowedTolerations: AllowList;
  allowedNodeSelectorKeys: AllowList;
  /** The most that a resource may request, or set as its limit. */
  maxWorkerCpu: string;
  maxWorkerMemory: string;
  maxWorkerEphemeralStorage: string;
  /** How many items a run may delete at most; undefined: any number. */
  maxItems: number | undefined;
  /** Patterns for tables of which nothing may be deleted. */
  heldTables: AllowList;
  /** The tag of a table of which nothing may be deleted; empty: none. */
  holdTag: string;
  /** Whether nothing is deleted that a DryRun has not counted. */
  requireDryRun: boolean;
  /** Whether nothing is deleted from a table without point-in-time recovery. */
  requirePointInTimeRecovery: boolean;
  /** The limits of a resource that sets none, in units per second and in percent; undefined: none, and the worker's own share. */
  defaultMaxWriteUnitsPerSecond: number | undefined;
  defaultMaxReadUnitsPerSecond: number | undefined;
  defaultCapacitySharePercent: number | undefined;
  /** Endpoints other than AWS's own to which real credentials and Secrets may be sent. */
  trustedEndpoints: AllowList;
  /** Seconds between two reports of a worker. */
  reportSeconds: number;
  workerCpuRequest: string;
  workerMemoryRequest: string;
  workerMemoryLimit: string;
  /** Whether answers hold the rights of workers: a Role, a RoleBinding and, if need be, a ServiceAccount for each run. */
  workerRights: 'managed' | 'none';
  workerRequestPath: RequestPath;
  /** HTTPS_PROXY and NO_PROXY of the worker; empty: none. */
  workerHttpsProxy: string;
  workerNoProxy: string;
  /** Secret with the key that signs receipts, in the namespace of each run; empty: no receipts. */
  receiptKeySecret: string;
}

/** One setting: its name in the environment, what it must be, and what it is for. The flag is the name in lower case with dashes. */
export interface Setting {
  name: string;
  default?: string;
  schema: TSchema;
  /** A condition that the schema cannot express. */
  holds?: (text: string) => boolean;
  /** Whether empty text is a value. For all other settings, empty text means that the setting is not set. */
  mayBeEmpty?: true;
  /** What a value must be, completing "must be …" in help and error messages. */
  expected: string;
  help: string;
}

const Text = Type.String({ minLength: 1 });
const Word = Type.String({ pattern: '^\\S+$' });
const Quantity = Type.String({ pattern: QUANTITY.source });

const wholeNumber = (minimum: number, maximum: number, of: string) => ({
  schema: Type.String(),
  holds: (text: string) => isWholeNumber(text, minimum, maximum),
  expected: `${of} from ${minimum} to ${maximum}`,
});

/** Patterns contain no white space. White space around them is ignored, because a YAML block scalar ends with a newline. */
const patterns = {
  schema: Type.String(),
  holds: (text: string) => parseAllowList(text).every((pattern) => !/\s/.test(pattern)),
  mayBeEmpty: true,
} as const;

const allowList = <const Name extends string>(name: Name, value: string, of: string) => ({
  name,
  default: value,
  ...patterns,
  expected: 'comma-separated patterns; * alone allows everything, an empty list allows nothing',
  help: `${of} that a DdbctlDpJob may use`,
});

const yesOrNo = <const Name extends string>(name: Name, help: string) => ({
  name,
  default: 'false',
  schema: Type.String({ pattern: '^(true|false)$' }),
  expected: 'true or false',
  help,
});

/** The maximum of something that a spec.resources may name. */
const maximum = <const Name extends string>(name: Name, value: string, of: string) => ({
  name,
  default: value,
  schema: Quantity,
  expected: 'a quantity',
  help: `maximum ${of} that the resources of a DdbctlDpJob may name`,
});

export const SETTINGS = [
  {
    name: 'PORT',
    default: '8080',
    ...wholeNumber(0, 65535, 'a port number'),
    help: 'port to serve the hooks on; 0 picks a free one',
  },
  {
    name: 'HOST',
    schema: Word,
    expected: 'an address (default: all, IPv6 and IPv4)',
    help: 'address to listen on',
  },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    schema: Type.String({ pattern: '^(trace|debug|info|warn|error|fatal|silent)$' }),
    expected: 'trace, debug, info, warn, error, fatal or silent',
    help: 'minimum log level',
  },
  {
    name: 'WORKER_IMAGE',
    schema: Word,
    expected: 'an image reference (default: the published image of this version)',
    help: 'image that the Jobs run',
  },
  allowList('ALLOWED_ENDPOINTS', '*', 'endpointURLs'),
  allowList('ALLOWED_TABLES', '*', 'tables'),
  allowList('ALLOWED_REGIONS', '*', 'regions'),
  allowList('ALLOWED_SERVICE_ACCOUNTS', 'default,ddbctl-worker', 'service accounts'),
  allowList('ALLOWED_SECRETS', 'ddbctl-*', 'Secrets'),
  allowList('ALLOWED_METADATA', `kueue.x-k8s.io/*,${GROUP}/*`, 'keys of labels and annotations'),
  allowList('ALLOWED_PRIORITY_CLASSES', '', 'priority classes'),
  allowList('ALLOWED_TOLERATIONS', `dedicated,kubernetes.io/arch,${GROUP}/*`, 'keys of tolerated taints'),
  allowList(
    'ALLOWED_NODE_SELECTOR_KEYS',
    `dedicated,kubernetes.io/arch,kubernetes.io/os,node.kubernetes.io/instance-type,topology.kubernetes.io/*,${GROUP}/*`,
    'keys of node selectors',
  ),
  maximum('MAX_WORKER_CPU', '2', 'CPU'),
  maximum('MAX_WORKER_MEMORY', '2Gi', 'memory'),
  maximum('MAX_WORKER_EPHEMERAL_STORAGE', '1Gi', 'ephemeral storage'),
  {
    name: 'MAX_ITEMS',
    ...wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a whole number (default: any number)'),
    help: 'how many items a run may delete at most: the ceiling of maxItems, and its default',
  },
  {
    name: 'HELD_TABLES',
    default: '',
    ...patterns,
    expected: 'comma-separated patterns, in which * matches any characters; * alone holds everything',
    help: 'tables under hold: nothing of them is deleted or counted',
  },
  {
    name: 'HOLD_TAG',
    default: '',
    mayBeEmpty: true,
    schema: Type.String(),
    holds: (text: string) => text === '' || HOLD_TAG_PATTERN.test(text),
    expected: 'a key of a tag, or key=value',
    help: 'tag of DynamoDB tables under hold, which every worker looks for, and refuses if it cannot',
  },
  yesOrNo('REQUIRE_DRY_RUN', 'whether a run must have been a DryRun with a completed count before it may delete'),
  yesOrNo(
    'REQUIRE_POINT_IN_TIME_RECOVERY',
    'whether every worker refuses a table without point-in-time recovery, as with requirePointInTimeRecovery',
  ),
  {
    name: 'DEFAULT_MAX_WRITE_UNITS_PER_SECOND',
    ...wholeNumber(1, INT32_MAX, 'a whole number (default: no limit)'),
    help: 'maxWriteUnitsPerSecond of a DdbctlDpJob that does not set it',
  },
  {
    name: 'DEFAULT_MAX_READ_UNITS_PER_SECOND',
    ...wholeNumber(1, INT32_MAX, 'a whole number (default: no limit)'),
    help: 'maxReadUnitsPerSecond of a DdbctlDpJob that does not set it',
  },
  {
    name: 'DEFAULT_CAPACITY_SHARE_PERCENT',
    ...wholeNumber(1, 100, `a whole number (default: ${DEFAULT_CAPACITY_SHARE_PERCENT})`),
    help: 'capacitySharePercent of a DdbctlDpJob that does not set it',
  },
  {
    name: 'TRUSTED_ENDPOINTS',
    default: '',
    ...patterns,
    expected: 'comma-separated patterns',
    help: "endpoints other than AWS's own to which real credentials and Secrets may be sent",
  },
  {
    name: 'REPORT_SECONDS',
    default: '30',
    ...wholeNumber(1, 3600, 'a whole number'),
    help: 'about how often a worker reports, in seconds',
  },
  {
    name: 'WORKER_CPU_REQUEST',
    default: '100m',
    schema: Quantity,
    expected: 'a quantity',
    help: 'CPU request of the worker',
  },
  {
    name: 'WORKER_MEMORY_REQUEST',
    default: '128Mi',
    schema: Quantity,
    expected: 'a quantity',
    help: 'memory request of the worker',
  },
  {
    name: 'WORKER_MEMORY_LIMIT',
    default: '256Mi',
    schema: Quantity,
    expected: 'a quantity',
    help: 'memory limit of the worker',
  },
  {
    name: 'WORKER_RIGHTS',
    default: 'managed',
    schema: Type.String({ pattern: '^(managed|none)$' }),
    expected: 'managed or none',
    help: 'whether each run gets the rights to report to its own resource',
  },
  {
    name: 'WORKER_REQUEST_PATH',
    default: 'fast',
    schema: Type.String({ pattern: `^(${REQUEST_PATHS.join('|')})$` }),
    expected: REQUEST_PATHS.join(' or '),
    help: 'how workers make their requests: fast, or sdk, in case of doubt (same requests, more CPU)',
  },
  {
    name: 'WORKER_HTTPS_PROXY',
    default: '',
    mayBeEmpty: true,
    schema: Type.String({ pattern: '^(https?://[^\\s@/]+/?)?$' }),
    expected: 'the URL of a proxy without a password, which every Job would show',
    help: 'proxy through which workers reach AWS: their HTTPS_PROXY',
  },
  {
    name: 'WORKER_NO_PROXY',
    default: '',
    mayBeEmpty: true,
    schema: Type.String({ pattern: '^\\S*$' }),
    expected: 'comma-separated names, addresses and networks',
    help: 'what workers reach without the proxy: their NO_PROXY',
  },
  {
    name: 'RECEIPT_KEY_SECRET',
    default: '',
    mayBeEmpty: true,
    schema: Type.String({ pattern: `^(${DNS_SUBDOMAIN})?$`, maxLength: 253 }),
    expected: 'the name of a Secret, the same in each namespace; empty means no receipts',
    help: `Secret whose ${RECEIPT_KEY} (Ed25519) signs a receipt of each deletion`,
  },
  { name: 'TLS_CERT_FILE', schema: Text, expected: 'a path', help: 'certificate to serve the hooks with, in PEM' },
  { name: 'TLS_KEY_FILE', schema: Text, expected: 'a path', help: 'private key of the certificate, in PEM' },
  {
    name: 'TLS_CLIENT_CA_FILE',
    schema: Text,
    expected: 'a path',
    help: 'CA that client certificates must come from, in PEM',
  },
  {
    name: 'BEARER_TOKEN_FILE',
    schema: Text,
    expected: 'a path',
    help: 'bearer tokens, one per line; clients must send one of them',
  },
  {
    name: 'METRICS',
    default: 'open',
    schema: Type.String({ pattern: '^(open|protected|off)$' }),
    expected: 'open, protected (like the hooks, by token and client certificate) or off',
    help: 'who may read GET /metrics',
  },
  yesOrNo('DOCUMENTATION', 'whether to serve the OpenAPI document of the hooks at GET /documentation'),
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];

/** The flag of a setting: `ALLOWED_TABLES` → `allowed-tables`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
