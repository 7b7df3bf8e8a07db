import { type AllowList, parseAllowList } from '../api/allow-list.js';
import { type HoldTag, parseHoldTag } from '../api/holds.js';
import { DEFAULT_CAPACITY_SHARE_PERCENT } from '../api/names.js';
import { endpointRule, noNulRule, regionRule, tableNameRule } from '../api/rules.js';
import type { Mode } from '../api/states.js';
import { ENV, type RequestPath } from '../api/worker.js';
import {
  holdTag,
  itemCount,
  knownMode,
  knownRequestPath,
  notEmpty,
  percent,
  seconds,
  type TextRule,
  trueOrFalse,
  units,
} from './text-rules.js';

/** One input of the worker: from a flag, the environment, or either; the flag takes precedence. */
export interface Field<T> {
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

const noNulInSortKey = noNulRule('sort key');

/** Non-empty text. */
const textField = <F extends Omit<Field<string>, 'rules' | 'parse'>>(field: F, ...rules: TextRule[]) => ({
  ...field,
  rules: [notEmpty, ...rules],
  parse: (given: string): string => given,
});

/** A switch that is off by default. */
const switchField = <F extends Omit<Field<boolean>, 'rules' | 'parse' | 'means'>>(field: F) => ({
  ...field,
  means: 'true',
  rules: [trueOrFalse],
  parse: (given: string): boolean => given === 'true',
});

/** A whole number. */
const numberField = <F extends Omit<Field<number>, 'rules' | 'parse'>>(field: F, rule: TextRule) => ({
  ...field,
  rules: [rule],
  parse: Number as (given: string) => number,
});

/**
 * The worker's inputs, in the order of its help text. For fields with a flag, the key is the name that commander gives to the
 * flag's value.
 */
export const FIELDS = {
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
  skipConfirmation: switchField({ flag: '-s, --skip-confirmation', help: 'delete without asking' }),
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
  maxWriteUnitsPerSecond: numberField(
    {
      flag: '--max-write-units-per-second <units>',
      help: 'consume no more write units per second than this',
      env: ENV.maxWriteUnitsPerSecond,
    },
    units,
  ),
  maxReadUnitsPerSecond: numberField(
    {
      flag: '--max-read-units-per-second <units>',
      help: 'consume no more read units per second than this',
      env: ENV.maxReadUnitsPerSecond,
    },
    units,
  ),
  capacitySharePercent: numberField(
    {
      flag: '--capacity-share-percent <percent>',
      help: `consume no more than this share of a provisioned table's capacity; 100: whatever the table gives (default: ${DEFAULT_CAPACITY_SHARE_PERCENT})`,
      env: ENV.capacitySharePercent,
    },
    percent,
  ),
  maxItems: numberField(
    {
      flag: '--max-items <count>',
      help: 'delete no more items than this, and stop before the next',
      env: ENV.maxItems,
    },
    itemCount,
  ),
  requirePointInTimeRecovery: switchField({
    flag: '--require-point-in-time-recovery',
    help: 'refuse unless point-in-time recovery is on for the table',
    env: ENV.requirePointInTimeRecovery,
  }),
  holdTag: {
    flag: '--hold-tag <tag>',
    help: 'refuse a table that has this tag: a key, or key=value',
    env: ENV.holdTag,
    rules: [holdTag],
    parse: parseHoldTag,
  } satisfies Field<HoldTag>,
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
  defaultMaxWriteUnitsPerSecond: numberField({ env: ENV.defaultMaxWriteUnitsPerSecond }, units),
  defaultMaxReadUnitsPerSecond: numberField({ env: ENV.defaultMaxReadUnitsPerSecond }, units),
  defaultCapacitySharePercent: numberField({ env: ENV.defaultCapacitySharePercent }, percent),
  reportSeconds: numberField({ env: ENV.reportSeconds }, seconds),
};

export type Fields = typeof FIELDS;
export type Name = keyof Fields;
type FlagName = { [N in Name]: Fields[N] extends { flag: string } ? N : never }[Name];

/** The parsed options of `delete-partition`, as commander provides them. */
export type Flags = { [N in FlagName]?: Fields[N] extends { means: string } ? boolean : string };

/** The option definitions of `delete-partition`, for commander. */
export const OPTIONS: readonly { flag: string; help: string }[] = Object.values<Field<unknown>>(FIELDS).flatMap(
  ({ flag, help = '' }) => (flag === undefined ? [] : [{ flag, help }]),
);
