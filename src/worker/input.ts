import { type AllowList, parseAllowList } from '../api/allow-list.js';
import { DEFAULT_REGION } from '../api/names.js';
import { INT32_MAX, isWholeNumber } from '../api/patterns.js';
import {
  arnRegionRule,
  endpointRule,
  noNulRule,
  regionRule,
  type Rule,
  sortKeyShapeRule,
  tableNameRule,
} from '../api/rules.js';
import { type Mode, MODES } from '../api/states.js';
import { ENV } from '../api/worker.js';
import type { Caps } from '../deletion/runtime.js';
import type { AskedTarget } from '../deletion/target.js';

/** The options of `delete-partition`, as commander hands them over. */
export interface Flags {
  tableName?: string;
  partitionValue?: string;
  endpointUrl?: string;
  region?: string;
  skipConfirmation?: boolean;
  dryRun?: boolean;
  sortKeyBeginsWith?: string;
  sortKeyFrom?: string;
  sortKeyTo?: string;
  maxWriteUnitsPerSecond?: string;
  maxReadUnitsPerSecond?: string;
  requirePointInTimeRecovery?: boolean;
  trustedEndpoints?: string;
}

/** The resource that a Job works for. */
export interface Parent {
  name: string;
  namespace: string;
  uid: string;
  jobUID: string;
}

export interface WorkerInput {
  asked: AskedTarget;
  /** Absent: what the AWS configuration says. */
  region?: string;
  endpoint?: string;
  trustedEndpoints: AllowList;
  caps: Caps;
  reportSeconds: number;
  /** Absent: a person started it. */
  parent?: Parent;
}

type Env = Readonly<Record<string, string | undefined>>;
type Field = Exclude<keyof Flags, 'skipConfirmation' | 'dryRun'>;

/** Which flag goes with which variable. Flags win. */
const FIELDS: Readonly<Record<Field, { flag: string; env: string; secret?: true }>> = {
  tableName: { flag: '--table-name', env: ENV.tableName },
  partitionValue: { flag: '--partition-value', env: ENV.partitionValue, secret: true },
  endpointUrl: { flag: '--endpoint-url', env: ENV.endpointURL },
  region: { flag: '--region', env: ENV.region },
  sortKeyBeginsWith: { flag: '--sort-key-begins-with', env: ENV.sortKeyBeginsWith, secret: true },
  sortKeyFrom: { flag: '--sort-key-from', env: ENV.sortKeyFrom, secret: true },
  sortKeyTo: { flag: '--sort-key-to', env: ENV.sortKeyTo, secret: true },
  maxWriteUnitsPerSecond: { flag: '--max-write-units-per-second', env: ENV.maxWriteUnitsPerSecond },
  maxReadUnitsPerSecond: { flag: '--max-read-units-per-second', env: ENV.maxReadUnitsPerSecond },
  requirePointInTimeRecovery: { flag: '--require-point-in-time-recovery', env: ENV.requirePointInTimeRecovery },
  trustedEndpoints: { flag: '--trusted-endpoints', env: ENV.trustedEndpoints },
};

const DEFAULT_REPORT_SECONDS = 30;

/**
 * What the worker is asked to do, from flags and environment.
 * @returns `wrong` with every thing that is wrong, never with the value of a key
 */
export function readWorkerInput(flags: Flags, env: Env): { input: WorkerInput } | { wrong: string[] } {
  const wrong: string[] = [];
  const refuse = (name: string, message: string, given?: string): void => {
    wrong.push(`${name}: ${message}${given === undefined ? '' : ` (given: ${JSON.stringify(given)})`}`);
  };

  const read = (field: Field): { text: string | undefined; name: string } => {
    const { flag, env: variable } = FIELDS[field];
    const flagged = flags[field];
    if (flagged !== undefined) return { text: String(flagged), name: flag };
    return { text: env[variable], name: env[variable] === undefined ? flag : variable };
  };
  const check = (field: Field, ...rules: Rule<string>[]): string | undefined => {
    const { text, name } = read(field);
    if (text === undefined) return undefined;
    const given = FIELDS[field].secret ? undefined : text;
    if (text === '') refuse(name, 'must not be empty');
    else for (const rule of rules) if (!rule.holds(text)) refuse(name, rule.explain?.(text) ?? rule.message, given);
    return text;
  };
  const required = (field: Field, ...rules: Rule<string>[]): string => {
    const text = check(field, ...rules);
    if (text === undefined) refuse(FIELDS[field].flag, `is required (or ${FIELDS[field].env} in the environment)`);
    return text ?? '';
  };
  const units = (field: Field): number | undefined => {
    const { text, name } = read(field);
    if (text === undefined) return undefined;
    if (!isWholeNumber(text, 1, INT32_MAX)) refuse(name, 'must be a whole number, 1 or more', text);
    return Number(text);
  };

  const tableName = required('tableName', tableNameRule);
  const partitionValue = required('partitionValue', noNulRule('partition value'));
  const endpoint = check('endpointUrl', endpointRule);
  const said = check('region', regionRule);
  const region = said ?? regionOf(tableName) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!arnRegionRule.holds({ tableName, awsRegion: region ?? DEFAULT_REGION }))
    refuse(read('region').name, "must be the region in the table's ARN", region);

  const [beginsWith, from, to] = (['sortKeyBeginsWith', 'sortKeyFrom', 'sortKeyTo'] as const).map((field) =>
    check(field, noNulRule('sort key')),
  );
  const asksForPart = beginsWith !== undefined || from !== undefined || to !== undefined;
  if (asksForPart && !sortKeyShapeRule.holds({ beginsWith, from, to }))
    refuse('--sort-key-…', 'takes either --sort-key-begins-with, or both --sort-key-from and --sort-key-to');

  const recovery = read('requirePointInTimeRecovery');
  if (recovery.text !== undefined && !['true', 'false'].includes(recovery.text))
    refuse(recovery.name, 'must be true or false', recovery.text);
  const mode = flags.dryRun ? 'DryRun' : (env[ENV.mode] ?? 'Execute');
  if (!MODES.some((known) => known === mode)) refuse(ENV.mode, `must be one of ${MODES.join(', ')}`, mode);
  const reportSeconds = env[ENV.reportSeconds];
  if (reportSeconds !== undefined && !isWholeNumber(reportSeconds, 1, 3600))
    refuse(ENV.reportSeconds, 'must be whole seconds, 1 to 3600', reportSeconds);

  const caps: Caps = {
    maxWriteUnitsPerSecond: units('maxWriteUnitsPerSecond'),
    maxReadUnitsPerSecond: units('maxReadUnitsPerSecond'),
  };
  const parent = readParent(env, refuse);
  if (wrong.length > 0) return { wrong };

  const asked: AskedTarget = {
    tableName,
    partitionValue,
    mode: mode as Mode,
    requirePointInTimeRecovery: recovery.text === 'true',
  };
  if (beginsWith !== undefined) asked.sortKey = { beginsWith };
  else if (from !== undefined && to !== undefined) asked.sortKey = { from, to };
  return {
    input: {
      asked,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
      trustedEndpoints: parseAllowList(read('trustedEndpoints').text ?? ''),
      caps,
      reportSeconds: Number(reportSeconds ?? DEFAULT_REPORT_SECONDS),
      ...(parent ? { parent } : {}),
    },
  };
}

/** The region in an ARN; undefined for a plain name. */
const regionOf = (tableName: string): string | undefined =>
  tableName.startsWith('arn:') ? tableName.split(':')[3] : undefined;

/** A Job says whom it works for, in four variables: all of them, or none. */
function readParent(env: Env, refuse: (name: string, message: string) => void): Parent | undefined {
  const names = [ENV.parentName, ENV.parentNamespace, ENV.parentUID, ENV.jobUID] as const;
  if (env[ENV.parentUID] === undefined) return undefined;
  for (const name of names) if (!env[name]) refuse(name, `must be set together with ${ENV.parentUID}`);
  const [name, namespace, uid, jobUID] = names.map((variable) => env[variable] ?? '') as [
    string,
    string,
    string,
    string,
  ];
  return { name, namespace, uid, jobUID };
}
