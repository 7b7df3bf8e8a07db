import type { AllowList } from '../api/allow-list.js';
import { DEFAULT_REGION } from '../api/names.js';
import { arnRegionRule, sortKeyShapeRule } from '../api/rules.js';
import type { RequestPath } from '../api/worker.js';
import type { Caps } from '../deletion/runtime.js';
import type { AskedTarget } from '../deletion/target.js';
import { type Field, type Fields, FIELDS, type Flags, type Name } from './fields.js';
import { type Parent, parentProblems, readParent } from './parent.js';

/** The input of one attempt. */
export interface WorkerInput {
  asked: AskedTarget;
  /** Defaults to the AWS configuration. */
  region?: string;
  endpoint?: string;
  trustedEndpoints: AllowList;
  caps: Caps;
  /** The limits that hold whenever the resource sets none. */
  defaultCaps: Caps;
  requestPath: RequestPath;
  reportSeconds: number;
  /** Absent if a person started the worker. */
  parent?: Parent;
}

type Env = Readonly<Record<string, string | undefined>>;
/** A value as text, and the flag or variable that it came from. */
type Given = Readonly<Partial<Record<Name, { text: string; name: string }>>>;
type Values = { [N in Name]?: ReturnType<Fields[N]['parse']> };

const NAMES = Object.keys(FIELDS) as Name[];
const DEFAULT_REPORT_SECONDS = 30;

/**
 * Reads the worker's input from flags and environment.
 * @param arrivedWhole - whether a text is what was given, and not what has become of bytes that are no text
 * @returns `wrong`: everything that is wrong, never including the value of a key
 */
export function readWorkerInput(
  flags: Flags,
  env: Env,
  arrivedWhole: (text: string, name: string) => boolean = () => true,
): { input: WorkerInput } | { wrong: string[] } {
  const given: Given = Object.fromEntries(NAMES.map((name) => [name, find(name, flags, env)]));
  const region = given.region?.text ?? regionOf(given.tableName?.text) ?? configuredRegion(env);
  const wrong = [
    ...NAMES.flatMap((name) => fieldProblems(FIELDS[name], given[name], arrivedWhole)),
    ...regionProblems(given, region),
    ...sortKeyProblems(given),
    ...parentProblems(env),
  ];
  if (wrong.length > 0) return { wrong };
  const values = Object.fromEntries(
    NAMES.flatMap((name) => {
      const found = given[name];
      return found === undefined ? [] : [[name, FIELDS[name].parse(found.text)]];
    }),
  ) as Values;
  const parent = readParent(env);
  return {
    input: {
      asked: askedTarget(values),
      ...(region === undefined ? {} : { region }),
      ...(values.endpointUrl === undefined ? {} : { endpoint: values.endpointUrl }),
      trustedEndpoints: values.trustedEndpoints ?? [],
      ...capsOf(values),
      requestPath: values.requestPath ?? 'fast',
      reportSeconds: values.reportSeconds ?? DEFAULT_REPORT_SECONDS,
      ...(parent ? { parent } : {}),
    },
  };
}

function find(name: Name, flags: Flags, env: Env): Given[Name] {
  const { flag, means, env: variable }: Field<unknown> = FIELDS[name];
  const flagged = (flags as Partial<Record<Name, string | boolean>>)[name];
  if (flag !== undefined && flagged !== undefined && flagged !== false)
    return { text: typeof flagged === 'string' ? flagged : (means ?? ''), name: longFlag(flag) };
  const value = variable === undefined ? undefined : env[variable];
  return variable === undefined || value === undefined ? undefined : { text: value, name: variable };
}

/** `-t, --table-name <name>` → `--table-name` */
const longFlag = (flag: string): string => /--[a-z-]+/.exec(flag)?.[0] ?? flag;

function fieldProblems(
  { flag = '', env, required, secret, rules }: Field<unknown>,
  given: Given[Name],
  arrivedWhole: (text: string, name: string) => boolean,
): string[] {
  if (given === undefined)
    return required ? [`${longFlag(flag)}: is required (or ${env ?? ''} in the environment)`] : [];
  const { text, name } = given;
  if (!arrivedWhole(text, name)) return [`${name}: is not UTF-8, as keys are; give it in that encoding`];
  const broken = rules.find(({ holds }) => !holds(text));
  if (broken === undefined) return [];
  const shown = secret || text === '' ? '' : ` (given: ${JSON.stringify(text)})`;
  return [`${name}: ${broken.explain?.(text) ?? broken.message}${shown}`];
}

/** An empty variable is as good as none. */
const configuredRegion = ({ AWS_REGION: first = '', AWS_DEFAULT_REGION: second = '' }: Env): string | undefined =>
  [first, second].find((region) => region !== '');

/** The region in an ARN; undefined for a plain name. */
const regionOf = (tableName = ''): string | undefined =>
  tableName.startsWith('arn:') ? tableName.split(':')[3] : undefined;

function regionProblems({ tableName, region: given }: Given, region = DEFAULT_REGION): string[] {
  if (tableName === undefined || arnRegionRule.holds({ tableName: tableName.text, awsRegion: region })) return [];
  return [`${given?.name ?? '--region'}: must be the region in the table's ARN (given: ${JSON.stringify(region)})`];
}

function sortKeyProblems({ sortKeyBeginsWith: beginsWith, sortKeyFrom: from, sortKeyTo: to }: Given): string[] {
  if (beginsWith === undefined && from === undefined && to === undefined) return [];
  if (sortKeyShapeRule.holds({ beginsWith, from, to })) return [];
  return ['--sort-key-…: takes either --sort-key-begins-with, or both --sort-key-from and --sort-key-to'];
}

function capsOf(values: Values): Pick<WorkerInput, 'caps' | 'defaultCaps'> {
  const defaultCaps = {
    maxWriteUnitsPerSecond: values.defaultMaxWriteUnitsPerSecond,
    maxReadUnitsPerSecond: values.defaultMaxReadUnitsPerSecond,
    capacitySharePercent: values.defaultCapacitySharePercent,
  };
  const caps = {
    maxWriteUnitsPerSecond: values.maxWriteUnitsPerSecond ?? defaultCaps.maxWriteUnitsPerSecond,
    maxReadUnitsPerSecond: values.maxReadUnitsPerSecond ?? defaultCaps.maxReadUnitsPerSecond,
    capacitySharePercent: values.capacitySharePercent ?? defaultCaps.capacitySharePercent,
  };
  return { caps, defaultCaps };
}

function askedTarget(values: Values): AskedTarget {
  const { tableName = '', partitionValue = '', dryRun: mode = 'Execute', requirePointInTimeRecovery = false } = values;
  const { sortKeyBeginsWith: beginsWith, sortKeyFrom: from, sortKeyTo: to, maxItems, holdTag } = values;
  const asked: AskedTarget = { tableName, partitionValue, mode, requirePointInTimeRecovery };
  if (maxItems !== undefined) asked.maxItems = maxItems;
  if (holdTag !== undefined) asked.holdTag = holdTag;
  if (beginsWith !== undefined) asked.sortKey = { beginsWith };
  else if (from !== undefined && to !== undefined) asked.sortKey = { from, to };
  return asked;
}
