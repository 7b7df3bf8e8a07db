import { Value } from '@sinclair/typebox/value';
import { parseAllowList } from '../../api/allow-list.js';
import { normalizeEndpoint } from '../../api/endpoints.js';
import { quantityOf } from '../../api/patterns.js';
import { flagOf, type Setting, type SettingName, SETTINGS, type Settings } from '../../api/settings.js';

type Values = Partial<Record<SettingName, string>>;

/** Paths of files, which `tls-and-token.ts` reads. */
export interface FileSettings {
  tlsCert?: string;
  tlsKey?: string;
  tlsClientCA?: string;
  bearerToken?: string;
}

export interface OperatorSettings {
  /** Absent: every address, of IPv6 and of IPv4. */
  host?: string;
  port: number;
  logLevel: string;
  files: FileSettings;
  /** Off if absent. */
  metrics?: 'open' | 'protected';
  documentation: boolean;
  decisions: Settings;
}

export class InvalidSettings extends Error {
  override name = 'InvalidSettings';
}

/**
 * Reads the operator's settings. Flags take precedence over the environment. Empty text is a value only for settings that may be
 * empty.
 *
 * @throws InvalidSettings naming every setting that is wrong, its value and what would be right.
 */
export function readSettings(
  env: NodeJS.ProcessEnv,
  flags: Readonly<Record<string, string | undefined>>,
  defaultImage: string,
): OperatorSettings {
  const values: Values = {};
  const problems: string[] = [];
  for (const setting of SETTINGS as readonly Setting[]) {
    const name = setting.name as SettingName;
    const preset = name === 'WORKER_IMAGE' ? defaultImage : setting.default;
    const value = chosen(setting, flags[flagOf(name)] ?? env[name]) ?? preset;
    if (value === undefined) continue;
    if (!isValid(setting, value)) problems.push(`${name}="${value}" must be ${setting.expected}`);
    values[name] = value;
  }
  problems.push(...contradictions(values));
  if (problems.length > 0) throw new InvalidSettings(`wrong settings: ${problems.join('; ')}`);
  return operatorSettings(values);
}

const chosen = ({ mayBeEmpty }: Setting, given: string | undefined): string | undefined =>
  given === '' && !mayBeEmpty ? undefined : given;

const isValid = ({ schema, holds }: Setting, value: string): boolean =>
  Value.Check(schema, value) && holds?.(value) !== false;

/** Combinations of settings that are invalid. */
const CONTRADICTIONS: readonly { found: (values: Values) => boolean; message: string }[] = [
  {
    found: (values) => (values.TLS_CERT_FILE === undefined) !== (values.TLS_KEY_FILE === undefined),
    message: 'TLS_CERT_FILE and TLS_KEY_FILE must be set together',
  },
  {
    found: (values) => values.TLS_CLIENT_CA_FILE !== undefined && values.TLS_CERT_FILE === undefined,
    message: 'TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE',
  },
  {
    found: ({ WORKER_MEMORY_REQUEST: request = '', WORKER_MEMORY_LIMIT: limit = '' }) =>
      quantityOf(request) > quantityOf(limit),
    message: 'WORKER_MEMORY_REQUEST must not be above WORKER_MEMORY_LIMIT: the API server would refuse every Job',
  },
];

const contradictions = (values: Values): string[] =>
  CONTRADICTIONS.filter(({ found }) => found(values)).map(({ message }) => message);

function operatorSettings(values: Values): OperatorSettings {
  const { HOST: host, LOG_LEVEL = '', METRICS: metrics } = values;
  return {
    ...(host !== undefined && { host }),
    port: Number(values.PORT),
    logLevel: LOG_LEVEL,
    files: fileSettings(values),
    ...((metrics === 'open' || metrics === 'protected') && { metrics }),
    documentation: values.DOCUMENTATION === 'true',
    decisions: decisionSettings(values),
  };
}

function fileSettings(values: Values): FileSettings {
  return {
    ...(values.TLS_CERT_FILE !== undefined && { tlsCert: values.TLS_CERT_FILE }),
    ...(values.TLS_KEY_FILE !== undefined && { tlsKey: values.TLS_KEY_FILE }),
    ...(values.TLS_CLIENT_CA_FILE !== undefined && { tlsClientCA: values.TLS_CLIENT_CA_FILE }),
    ...(values.BEARER_TOKEN_FILE !== undefined && { bearerToken: values.BEARER_TOKEN_FILE }),
  };
}

function decisionSettings(values: Values): Settings {
  const text = (name: SettingName): string => values[name] ?? '';
  const list = (name: SettingName) => parseAllowList(text(name));
  const number = (name: SettingName) => (values[name] === undefined ? undefined : Number(values[name]));
  return {
    workerImage: text('WORKER_IMAGE'),
    allowedEndpoints: list('ALLOWED_ENDPOINTS').map(normalized),
    allowedTables: list('ALLOWED_TABLES'),
    allowedRegions: list('ALLOWED_REGIONS'),
    allowedServiceAccounts: list('ALLOWED_SERVICE_ACCOUNTS'),
    allowedSecrets: list('ALLOWED_SECRETS'),
    allowedMetadata: list('ALLOWED_METADATA'),
    allowedPriorityClasses: list('ALLOWED_PRIORITY_CLASSES'),
    allowedTolerations: list('ALLOWED_TOLERATIONS'),
    allowedNodeSelectorKeys: list('ALLOWED_NODE_SELECTOR_KEYS'),
    maxWorkerCpu: text('MAX_WORKER_CPU'),
    maxWorkerMemory: text('MAX_WORKER_MEMORY'),
    maxWorkerEphemeralStorage: text('MAX_WORKER_EPHEMERAL_STORAGE'),
    maxItems: number('MAX_ITEMS'),
    heldTables: list('HELD_TABLES'),
    holdTag: text('HOLD_TAG'),
    requireDryRun: text('REQUIRE_DRY_RUN') === 'true',
    requirePointInTimeRecovery: text('REQUIRE_POINT_IN_TIME_RECOVERY') === 'true',
    defaultMaxWriteUnitsPerSecond: number('DEFAULT_MAX_WRITE_UNITS_PER_SECOND'),
    defaultMaxReadUnitsPerSecond: number('DEFAULT_MAX_READ_UNITS_PER_SECOND'),
    defaultCapacitySharePercent: number('DEFAULT_CAPACITY_SHARE_PERCENT'),
    trustedEndpoints: list('TRUSTED_ENDPOINTS').map(normalized),
    reportSeconds: Number(text('REPORT_SECONDS')),
    workerCpuRequest: text('WORKER_CPU_REQUEST'),
    workerMemoryRequest: text('WORKER_MEMORY_REQUEST'),
    workerMemoryLimit: text('WORKER_MEMORY_LIMIT'),
    workerRights: text('WORKER_RIGHTS') === 'none' ? 'none' : 'managed',
    workerHttpsProxy: text('WORKER_HTTPS_PROXY'),
    workerNoProxy: text('WORKER_NO_PROXY'),
    receiptKeySecret: text('RECEIPT_KEY_SECRET'),
    workerRequestPath: text('WORKER_REQUEST_PATH') === 'sdk' ? 'sdk' : 'fast',
  };
}

/** Endpoints, and patterns for them, are compared in lower case, without a default port and without a trailing slash. */
function normalized(pattern: string): string {
  return /^https?:\/\//i.test(pattern) ? (normalizeEndpoint(pattern) ?? pattern) : pattern;
}
