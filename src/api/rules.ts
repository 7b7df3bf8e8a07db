import type { Static, TSchema } from '@sinclair/typebox';
import { DEFAULT_REGION } from './names.js';
import { quantityOf } from './patterns.js';

/**
 * A rule that types and bounds cannot express. It is written twice: as CEL, which the API server evaluates, and as a TypeScript
 * predicate, which the operator, the worker and `dynamoctl` evaluate. One table of cases (`test/support/rule-cases.ts`) tests both.
 */
export interface Rule<T> {
  /** CEL. */
  rule: string;
  message: string;
  /** CEL for a message that depends on the value. */
  messageExpression?: string;
  /** `oldSelf` is absent when the resource is created; a rule about a change then holds. */
  holds: (self: T, oldSelf?: T) => boolean;
  /** What `messageExpression` evaluates to. */
  explain?: (self: T) => string;
}

const KEYWORD = 'x-kubernetes-validations';

/**
 * Attaches rules to a schema. Only here are rules tied to fields: the CRD is this schema as JSON, which drops the predicates and
 * keeps the CEL, and `specViolations` walks the schema to evaluate the predicates.
 */
export function guarded<S extends TSchema>(schema: S, ...rules: Rule<Static<S>>[]): S {
  return { ...schema, [KEYWORD]: rules };
}

/** The rules that guard a schema itself, not the fields inside it. */
export function rulesOf(schema: TSchema): readonly Rule<unknown>[] {
  return (schema[KEYWORD] ?? []) as readonly Rule<unknown>[];
}

const TABLE_NAME = '[A-Za-z0-9_.-]{3,255}';
const TABLE_ARN = `arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/${TABLE_NAME}`;
const REGION = '[a-z]{2,5}(-[a-z]+){1,2}-[0-9]{1,2}';
const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';
const HOST = '([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])';
const HOST_AND_PORT = `${HOST}:${PORT}`;
const ENDPOINT = `https?://${HOST}(:${PORT})?/?`;

/** A Go (RE2) regular expression as a CEL string literal. Those above mean the same in Go and in JavaScript. */
const cel = (source: string): string => `'^(${source.replaceAll('\\', '\\\\')})$'`;
const js = (source: string): RegExp => new RegExp(`^(${source})$`);

const MATCH_TABLE = js(`${TABLE_NAME}|${TABLE_ARN}`);
const MATCH_REGION = js(REGION);
const MATCH_ENDPOINT = js(ENDPOINT);
const MATCH_HOST_AND_PORT = js(HOST_AND_PORT);

export const tableNameRule: Rule<string> = {
  rule: `self.matches(${cel(`${TABLE_NAME}|${TABLE_ARN}`)})`,
  message:
    'tableName must be a table name (3 to 255 letters, digits, _ . -) or a table ARN (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME)',
  holds: (self) => MATCH_TABLE.test(self),
};

export const regionRule: Rule<string> = {
  rule: `self.matches(${cel(REGION)})`,
  message: 'awsRegion must be the code of an AWS region, such as us-east-1 or eu-central-1',
  holds: (self) => MATCH_REGION.test(self),
};

/** An environment variable cannot contain NUL, so a key value that contains it would not reach the worker intact. */
export const noNulRule = (field: string): Rule<string> => ({
  rule: "!self.contains('\\u0000')",
  message: `${field} must not contain the NUL character (U+0000): it cannot be passed to the worker`,
  holds: (self) => !self.includes('\u0000'),
});

const ENDPOINT_MESSAGE =
  'endpointURL must be http:// or https://, a host and optionally a port, without path, query, fragment or user name';
/** The URL at the end of the text, or the text with a scheme if it is a host and a port. */
const endpointHint = (self: string): string | undefined => {
  const start = self.lastIndexOf('http');
  const hint = start > 0 ? self.slice(start) : '';
  if (MATCH_ENDPOINT.test(hint)) return hint;
  return MATCH_HOST_AND_PORT.test(self) ? `http://${self}` : undefined;
};
const CEL_HINT = "'; did you mean '";
const CEL_URL_AT_END = "self.substring(self.lastIndexOf('http'))";

export const endpointRule: Rule<string> = {
  rule: `self.matches(${cel(ENDPOINT)})`,
  message: ENDPOINT_MESSAGE,
  messageExpression: `'${ENDPOINT_MESSAGE}' + (self.lastIndexOf('http') > 0 && ${CEL_URL_AT_END}.matches(${cel(ENDPOINT)}) ? ${CEL_HINT} + ${CEL_URL_AT_END} + '?' : self.matches(${cel(HOST_AND_PORT)}) ? ${CEL_HINT} + 'http://' + self + '?' : '')`,
  holds: (self) => MATCH_ENDPOINT.test(self),
  explain: (self) => {
    const hint = endpointHint(self);
    return hint === undefined ? ENDPOINT_MESSAGE : `${ENDPOINT_MESSAGE}; did you mean ${hint}?`;
  },
};

interface TargetFields {
  tableName: string;
  awsRegion?: string;
  partitionValue?: unknown;
  partitionValueFrom?: unknown;
}

const DEFAULTS = { awsRegion: DEFAULT_REGION };

const propertiesOf = ({ properties }: TSchema): [name: string, field: TSchema][] =>
  Object.entries((properties ?? {}) as Record<string, TSchema>);

/** CEL: the known fields of two objects are the same. Spelled out, because `==` on the objects sees the unknown ones too. */
function sameFields(schema: TSchema, now: string, before: string): string {
  return propertiesOf(schema)
    .map(([name, field]) => {
      const [a, b] = [`${now}.${name}`, `${before}.${name}`];
      const same = field.properties ? sameFields(field, a, b) : `${a} == ${b}`;
      return `has(${a}) == has(${b}) && (!has(${a}) || ${same})`;
    })
    .join(' && ');
}

/** The same for what the operator reads. */
function haveSameFields(schema: TSchema, now: unknown, before: unknown): boolean {
  const [a, b] = [now, before] as (Record<string, unknown> | undefined)[];
  if (a === undefined || b === undefined) return a === b;
  return propertiesOf(schema).every(([name, field]) =>
    field.properties ? haveSameFields(field, a[name], b[name]) : a[name] === b[name],
  );
}

/** No known field may change. An unknown one may go: it keeps the run from starting, and could not be corrected otherwise. */
export const immutableTargetRule = (target: TSchema): Rule<object> => ({
  rule: sameFields(target, 'self', 'oldSelf'),
  message: 'ddbCtlDpJob cannot be changed: what a run deletes is fixed; create a new DdbctlDpJob for another target',
  // The API server applies the default before it compares.
  holds: (self, oldSelf) =>
    oldSelf === undefined || haveSameFields(target, { ...DEFAULTS, ...self }, { ...DEFAULTS, ...oldSelf }),
});

export const onePartitionValueRule: Rule<TargetFields> = {
  rule: 'has(self.partitionValue) != has(self.partitionValueFrom)',
  message: 'set exactly one of partitionValue and partitionValueFrom',
  holds: (self) => (self.partitionValue !== undefined) !== (self.partitionValueFrom !== undefined),
};

export const arnRegionRule: Rule<TargetFields> = {
  rule: "!self.tableName.startsWith('arn:') || self.tableName.split(':').size() < 4 || self.tableName.split(':')[3] == self.awsRegion",
  message: "awsRegion must be the region in tableName's ARN",
  holds: (self) => {
    if (!self.tableName.startsWith('arn:')) return true;
    const region = self.tableName.split(':')[3];
    return region === undefined || region === (self.awsRegion ?? DEFAULT_REGION);
  },
};

interface SortKeyFields {
  beginsWith?: unknown;
  from?: unknown;
  to?: unknown;
}

export const sortKeyShapeRule: Rule<SortKeyFields> = {
  rule: 'has(self.beginsWith) ? !has(self.from) && !has(self.to) : has(self.from) && has(self.to)',
  message: 'sortKey takes either beginsWith, or both from (inclusive) and to (exclusive)',
  holds: (self) =>
    self.beginsWith !== undefined
      ? self.from === undefined && self.to === undefined
      : self.from !== undefined && self.to !== undefined,
};

interface SpecFields {
  mode?: string;
  cancel?: boolean;
}

export const explicitApprovalRule: Rule<SpecFields> = {
  rule: "!has(oldSelf.mode) || oldSelf.mode != 'DryRun' || has(self.mode)",
  message: 'mode is DryRun and cannot be removed: set mode: Execute to approve the deletion of what was counted',
  holds: (self, oldSelf) => oldSelf?.mode !== 'DryRun' || self.mode !== undefined,
};

export const neverBackToDryRunRule: Rule<SpecFields> = {
  rule: "!has(self.mode) || self.mode != 'DryRun' || (has(oldSelf.mode) && oldSelf.mode == 'DryRun')",
  message:
    'mode cannot become DryRun: this DdbctlDpJob may already be deleting; create a new one with mode: DryRun to count first',
  holds: (self, oldSelf) => oldSelf === undefined || self.mode !== 'DryRun' || oldSelf.mode === 'DryRun',
};

export const cancelIsFinalRule: Rule<SpecFields> = {
  rule: '!has(oldSelf.cancel) || !oldSelf.cancel || (has(self.cancel) && self.cancel)',
  message: 'cancel cannot be undone: create a new DdbctlDpJob to start again; use suspend to pause a run',
  holds: (self, oldSelf) => oldSelf?.cancel !== true || self.cancel === true,
};

/** Without these rules the API server would refuse the Job, at every attempt, where nobody looks. */

export const secretKeyRule: Rule<string> = {
  rule: "self != '.' && !self.startsWith('..')",
  message: "key must not be . and not begin with .., as no Secret's key does",
  holds: (self) => self !== '.' && !self.startsWith('..'),
};

interface Resources {
  requests?: Record<string, number | string>;
  limits?: Record<string, number | string>;
}
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

export const knownResourcesRule: Rule<Resources> = {
  rule: ['requests', 'limits']
    .map((field) => `(!has(self.${field}) || self.${field}.all(k, k in ['${RESOURCES.join("', '")}']))`)
    .join(' && '),
  message: `resources may name only ${RESOURCES.join(', ')}: the worker uses nothing else`,
  holds: ({ requests = {}, limits = {} }) =>
    [...Object.keys(requests), ...Object.keys(limits)].every((name) => RESOURCES.includes(name)),
};

/** It goes through the names that the rule above allows: through all that a map may hold, Kubernetes 1.31 finds it too expensive. */
export const requestWithinLimitRule: Rule<Resources> = {
  rule: `!has(self.requests) || !has(self.limits) || ['${RESOURCES.join("', '")}'].all(k, !(k in self.requests) || !(k in self.limits) || quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) <= 0)`,
  message: 'a request must not exceed its limit',
  holds: ({ requests = {}, limits = {} }) =>
    RESOURCES.every((name) => {
      const request = requests[name];
      const limit = limits[name];
      return request === undefined || limit === undefined || quantityOf(request) <= quantityOf(limit);
    }),
};

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}
const isSet = (text: string | undefined): boolean => text !== undefined && text !== '';

export const tolerationKeyRule: Rule<Toleration> = {
  rule: "(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')",
  message: 'a toleration without a key must have operator: Exists',
  holds: ({ key, operator }) => isSet(key) || operator === 'Exists',
};

export const tolerationValueRule: Rule<Toleration> = {
  rule: "!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''",
  message: 'a toleration with operator: Exists must have no value',
  holds: ({ operator, value }) => operator !== 'Exists' || !isSet(value),
};

export const tolerationSecondsRule: Rule<Toleration> = {
  rule: "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
  message: 'tolerationSeconds needs effect: NoExecute',
  holds: ({ tolerationSeconds, effect }) => tolerationSeconds === undefined || effect === 'NoExecute',
};
