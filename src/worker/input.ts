import { type AllowList, parseAllowList } from '../api/allow-list.js';
import { DEFAULT_CAPACITY_SHARE_PERCENT, DEFAULT_REGION } from '../api/names.js';
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
import { ENV, REQUEST_PATHS, type RequestPath } from '../api/worker.js';
import type { Caps } from '../deletion/runtime.js';
import type { AskedTarget } from '../deletion/target.js';
import { type Parent, parentProblems, readParent } from './parent.js';

/** The input of one attempt. */
export interface WorkerInput {
  asked: AskedTarget;
  /** Defaults to the AWS configuration. */
  region?: string;
  endpoint?: string;
  trustedEndpoints: AllowList;
  caps: Caps;
  requestPath: RequestPath;
  reportSeconds: number;
  /** Absent if a person started the worker. */
  parent?: Parent;
}

type TextRule = Pick<Rule<string>, 'holds' | 'message' | 'explain'>;

/** One input of the worker: from a flag, the environment, or either; the flag takes precedence. */
interface Field<T> {
  /** In commander's form: `-t, --table-name <name>`. Without a placeholder, it is a switch. */
  flag?: string;
  /** The text that a switch stands for. */
  means?: string;
  /** Description of the flag. */
  help?: string;
  env?: string;
  required?: true;
  /** A key's value: it never appears in a message. */
  secret?: true;
  rules: readonly TextRule[];
  parse: (text: string) => T;
}

const notEmpty: TextRule = { holds: (text) => text !== '', message: 'must not be empty' };
const units: TextRule = {
  holds: (text) => isWholeNumber(text, 1, INT32_MAX),
  message: 'must be a whole number, 1 or more',
};
const percent: TextRule = {
  holds: (text) => isWholeNumber(text, 1, 100),
  message: 'must be a whole number of percent, 1 to 100',
};
const seconds: TextRule = {
  holds: (text) => isWholeNumber(text, 1, 3600),
  message: 'must be a whole number of seconds, 1 to 3600',
};
const trueOrFalse: TextRule = { holds: (text) => ['true', 'false'].includes(text), message: 'must be true or false' };
const isMode = (text: string): text is Mode => MODES.some((known) => known === text);
const knownMode: TextRule = { holds: isMode, message: `must be one of ${MODES.join(', ')}` };
const isRequestPath = (text: string): text is RequestPath => REQUEST_PATHS.some((known) => known === text);
const knownRequestPath: TextRule = { holds: isRequestPath, message: `must be one of ${REQUEST_PATHS.join(', ')}` };
const noNulInSortKey = noNulRule('sort key');

/** Non-empty text. */
const textField = <F extends Omit<Field<string>, 'rules' | 'parse'>>(field: F, ...rules: TextRule[]) => ({
  ...field,
  rules: [notEmpty, ...rules],
  parse: (given: string): string => given,
});

/**
 * The worker's inputs, in the order of its help text. For fields with a flag, the key is the name that commander gives to the
 * flag's value.
 */
const FIELDS = {
  tableName: textField(
    { flag: '-t, --table-name <name>', help: 'name or ARN of the table', env: ENV.tableName, required: true },
    tableNameRule,
  ),
  partitionValue: textField(
    {
      flag: '-p, --partition-value <value>',
      help: 'value of the partition key: numbers in decimal, binary in base64',
      env: ENV.partitionValue,
      required: true,
      secret: true,
    },
    noNulRule('partition value'),
  ),
  endpointUrl: textField(
    { flag: '-e, --endpoint-url <url>', help: "endpoint to use instead of AWS's", env: ENV.endpointURL },
    endpointRule,
  ),
  region: textField(
    {
      flag: '-r, --region <region>',
      help: 'AWS region of the table (default: the AWS configuration, else us-east-1)',
      env: ENV.region,
    },
    regionRule,
  ),
  skipConfirmation: {
    flag: '-s, --skip-confirmation',
    means: 'true',
    help: 'delete without asking',
    rules: [trueOrFalse],
    parse: (given) => given === 'true',
  } satisfies Field<boolean>,
  dryRun: {
    flag: '--dry-run',
    means: 'DryRun',
    help: 'count the items and delete nothing',
    env: ENV.mode,
    rules: [knownMode],
    parse: (given) => given as Mode,
  } satisfies Field<Mode>,
  sortKeyBeginsWith: textField(
    {
      flag: '--sort-key-begins-with <value>',
      help: 'only items whose sort key begins with this',
      env: ENV.sortKeyBeginsWith,
      secret: true,
    },
    noNulInSortKey,
  ),
  sortKeyFrom: textField(
    {
      flag: '--sort-key-from <value>',
      help: 'only items from this sort key on (inclusive); needs --sort-key-to',
      env: ENV.sortKeyFrom,
      secret: true,
    },
    noNulInSortKey,
  ),
  sortKeyTo: textField(
    {
      flag: '--sort-key-to <value>',
      help: 'only items before this sort key (exclusive); needs --sort-key-from',
      env: ENV.sortKeyTo,
      secret: true,
    },
    noNulInSortKey,
  ),
  maxWriteUnitsPerSecond: {
    flag: '--max-write-units-per-second <units>',
    help: 'consume no more write units per second than this',
    env: ENV.maxWriteUnitsPerSecond,
    rules: [units],
    parse: Number,
  } satisfies Field<number>,
  maxReadUnitsPerSecond: {
    flag: '--max-read-units-per-second <units>',
    help: 'consume no more read units per second than this',
    env: ENV.maxReadUnitsPerSecond,
    rules: [units],
    parse: Number,
  } satisfies Field<number>,
  capacitySharePercent: {
    flag: '--capacity-share-percent <percent>',
    help: `consume no more than this share of a provisioned table's capacity; 100: whatever the table gives (default: ${DEFAULT_CAPACITY_SHARE_PERCENT})`,
    env: ENV.capacitySharePercent,
    rules: [percent],
    parse: Number,
  } satisfies Field<number>,
  requirePointInTimeRecovery: {
    flag: '--require-point-in-time-recovery',
    means: 'true',
    help: 'refuse unless point-in-time recovery is on for the table',
    env: ENV.requirePointInTimeRecovery,
    rules: [trueOrFalse],
    parse: (given) => given === 'true',
  } satisfies Field<boolean>,
  trustedEndpoints: {
    flag: '--trusted-endpoints <list>',
    help: "endpoints besides AWS's that may receive real credentials, separated by commas",
    env: ENV.trustedEndpoints,
    rules: [],
    parse: parseAllowList,
  } satisfies Field<AllowList>,
  requestPath: {
    flag: '--request-path <path>',
    help: 'how to make the requests: fast, or sdk, in case of doubt (same requests, more CPU; default: fast)',
    env: ENV.requestPath,
    rules: [knownRequestPath],
    parse: (given) => given as RequestPath,
  } satisfies Field<RequestPath>,
  reportSeconds: { env: ENV.reportSeconds, rules: [seconds], parse: Number } satisfies Field<number>,
};

type Fields = typeof FIELDS;
type Name = keyof Fields;
type FlagName = { [N in Name]: Fields[N] extends { flag: string } ? N : never }[Name];

/** The parsed options of `delete-partition`, as commander provides them. */
export type Flags = { [N in FlagName]?: Fields[N] extends { means: string } ? boolean : string };

/** The option definitions of `delete-partition`, for commander. */
export const OPTIONS: readonly { flag: string; help: string }[] = Object.values<Field<unknown>>(FIELDS).flatMap(
  ({ flag, help = '' }) => (flag === undefined ? [] : [{ flag, help }]),
);

type Env = Readonly<Record<string, string | undefined>>;
/** A value as text, and the flag or variable that it came from. */
type Given = Readonly<Partial<Record<Name, { text: string; name: string }>>>;
type Values = { [N in Name]?: ReturnType<Fields[N]['parse']> };

const NAMES = Object.keys(FIELDS) as Name[];
const DEFAULT_REPORT_SECONDS = 30;

/**
 * Reads the worker's input from flags and environment.
 * @returns `wrong`: everything that is wrong, never including the value of a key
 */
export function readWorkerInput(flags: Flags, env: Env): { input: WorkerInput } | { wrong: string[] } {
  const given: Given = Object.fromEntries(NAMES.map((name) => [name, find(name, flags, env)]));
  const region = given.region?.text ?? regionOf(given.tableName?.text) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const wrong = [
    ...NAMES.flatMap((name) => fieldProblems(FIELDS[name], given[name])),
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
      caps: {
        maxWriteUnitsPerSecond: values.maxWriteUnitsPerSecond,
        maxReadUnitsPerSecond: values.maxReadUnitsPerSecond,
        capacitySharePercent: values.capacitySharePercent,
      },
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

function fieldProblems({ flag = '', env, required, secret, rules }: Field<unknown>, given: Given[Name]): string[] {
  if (given === undefined)
    return required ? [`${longFlag(flag)}: is required (or ${env ?? ''} in the environment)`] : [];
  const { text, name } = given;
  const broken = rules.find(({ holds }) => !holds(text));
  if (broken === undefined) return [];
  const shown = secret || text === '' ? '' : ` (given: ${JSON.stringify(text)})`;
  return [`${name}: ${broken.explain?.(text) ?? broken.message}${shown}`];
}

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

function askedTarget(values: Values): AskedTarget {
  const { tableName = '', partitionValue = '', dryRun: mode = 'Execute', requirePointInTimeRecovery = false } = values;
  const { sortKeyBeginsWith: beginsWith, sortKeyFrom: from, sortKeyTo: to } = values;
  const asked: AskedTarget = { tableName, partitionValue, mode, requirePointInTimeRecovery };
  if (beginsWith !== undefined) asked.sortKey = { beginsWith };
  else if (from !== undefined && to !== undefined) asked.sortKey = { from, to };
  return asked;
}
