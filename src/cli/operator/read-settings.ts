import { Value } from '@sinclair/typebox/value';
import { parseAllowList } from '../../api/allow-list.js';
import { normalizeEndpoint } from '../../api/endpoints.js';
import { QUANTITY } from '../../api/patterns.js';
import { flagOf, type Setting, type SettingName, SETTINGS, type Settings } from '../../api/settings.js';

const FACTORS = { m: 1e-3, k: 1e3, Ki: 2 ** 10, M: 1e6, Mi: 2 ** 20, G: 1e9, Gi: 2 ** 30, T: 1e12, Ti: 2 ** 40 };

/** A quantity as a number; NaN where it is none. */
function amountOf(quantity: string | undefined): number {
  const [, number, unit] = QUANTITY.exec(quantity ?? '') ?? [];
  return Number(number) * (unit === undefined ? 1 : FACTORS[unit as keyof typeof FACTORS]);
}

type Values = Partial<Record<SettingName, string>>;

/** Paths; what they hold is read by `tls-and-token.ts`. */
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
