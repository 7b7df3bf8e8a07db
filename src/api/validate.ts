import { FormatRegistry, type TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { Report } from './report.js';
import { Spec } from './spec.js';
import { CONDITION_TYPES } from './states.js';
import { Condition, MAX_CONDITIONS, Status } from './status.js';
import { isShortEnough } from './types.js';
import { type Rule, rulesOf } from './rules.js';
import { unknownFields } from './unknown-fields.js';

const RFC3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** As strict as the API server and the check of our responses: Date.parse alone turns 30 February and 24:00 into a later day. */
function isTime(text: string): boolean {
  const day = RFC3339.exec(text)?.[1];
  if (day === undefined) return false;
  // Only the last days of a month need a look at the calendar.
  const ofMonth = day.slice(-2);
  if (ofMonth >= '01' && ofMonth <= '28') return true;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(`${day}T`);
}
FormatRegistry.Set('date-time', isTime);

const spec = TypeCompiler.Compile(Spec);

/** What is wrong with a value, and where: `spec.ddbCtlDpJob.tableName`. Never the value itself, which may be a key's. */
export interface Violation {
  path: string;
  message: string;
  /** Set if this version does not know the field, or the word of a fixed set: it is misspelled, of a newer version, or blank. */
  unknown?: 'field' | 'value';
}

/** Turns a JSON pointer into the API server's notation: `spec.tolerations[0].key`. */
const dotted = (root: string, pointer: string): string =>
  root +
  pointer
    .replace(/\/([0-9]+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.')
    .replaceAll('~1', '/');

/** TypeBox's own message, except for our own kinds, of which it knows only the names. */
function inWords({ type, schema, message }: ValueError): string {
  if (type !== ValueErrorType.Kind) return message;
  if (Array.isArray(schema.enum)) return `Expected one of ${schema.enum.join(', ')}`;
  const { maxLength } = schema.additionalProperties as { maxLength?: number };
  const each =
    maxLength === undefined ? ', each a quantity such as 500m or 1Gi' : ` of at most ${maxLength} characters`;
  return `Expected at most ${schema.maxProperties} entries${each}`;
}

/**
 * Everything in a spec that would be refused (and `oldSpec` → `spec`, when given): unknown fields first, by the policy
 * `ddbctldpjob-known-fields`, and the rest by the API server. Empty: nothing.
 */
export function specViolations(value: unknown, oldValue?: unknown): Violation[] {
  const unknown = unknownFields(value).map((field): Violation => ({ ...field, unknown: 'field' }));
  // The check is compiled; the search for what is wrong is not.
  const shape = spec.Check(value)
    ? []
    : [...spec.Errors(value)].filter((error) => !isShortEnough(error)).map(shapeViolation);
  return [...unknown, ...(shape.length > 0 ? shape : ruleViolations(value, oldValue))];
}

/** A blank value in YAML. Absent, the field might mean the opposite: Execute, the whole partition, no pause. */
const NULL_MESSAGE = 'null is no value: write one, or leave the field out';

function shapeViolation(error: ValueError): Violation {
  if (error.value === null) return { path: dotted('spec', error.path), message: NULL_MESSAGE, unknown: 'value' };
  const isUnknown = Array.isArray(error.schema.enum) && typeof error.value === 'string';
  return { path: dotted('spec', error.path), message: inWords(error), ...(isUnknown && { unknown: 'value' }) };
}

/** Where a schema has rules: its own, and those of its fields and of its entries, in the schema's order. */
interface Guard {
  rules: readonly Rule<unknown>[];
  fields: readonly (readonly [name: string, guard: Guard])[];
  items: Guard | undefined;
}

/** Undefined where there are none: most fields have no rule, and need no look. */
function guardOf(schema: TSchema): Guard | undefined {
  const rules = rulesOf(schema);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, TSchema>).flatMap(([name, field]) => {
    const guard = guardOf(field);
    return guard ? [[name, guard] as const] : [];
  });
  const items = schema.items === undefined ? undefined : guardOf(schema.items as TSchema);
  return rules.length > 0 || fields.length > 0 || items ? { rules, fields, items } : undefined;
}

const specGuard = guardOf(Spec);

/** Adds the violations that the rules find in a value of the right shape. */
function addViolations(found: Violation[], path: string, guard: Guard, value: unknown, oldValue: unknown): void {
  if (Array.isArray(value)) {
    const { items } = guard;
    // The entries of a list have no old value: nothing says which one it would be.
    if (items) value.forEach((entry, index) => addViolations(found, `${path}[${index}]`, items, entry, undefined));
    return;
  }
  for (const rule of guard.rules)
    if (!rule.holds(value, oldValue)) found.push({ path, message: rule.explain?.(value) ?? rule.message });
  for (const [name, inside] of guard.fields) {
    const field = fieldOf(value, name);
    if (field !== undefined) addViolations(found, `${path}.${name}`, inside, field, fieldOf(oldValue, name));
  }
}

function ruleViolations(value: unknown, oldValue: unknown): Violation[] {
  const found: Violation[] = [];
  if (specGuard && value !== undefined) addViolations(found, 'spec', specGuard, value, oldValue);
  return found;
}

const fieldOf = (value: unknown, name: string): unknown =>
  (value as Record<string, unknown> | null | undefined)?.[name];

/** As the API server does. */
const accepts = (check: TypeCheck<TSchema>, value: unknown): boolean =>
  check.Check(value) || [...check.Errors(value)].every(isShortEnough);

/** Reads objects of one schema field by field, so that a broken field is dropped without affecting the others. */
function fieldReader({ properties }: { properties: Record<string, TSchema> }) {
  const checks = Object.entries(properties).map(([name, field]) => [name, TypeCompiler.Compile(field)] as const);
  return (value: unknown): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    const source = value as Record<string, unknown>;
    const fields: Record<string, unknown> = {};
    for (const [name, check] of checks) {
      const field = source[name];
      if (field !== undefined && accepts(check, field)) fields[name] = field;
    }
    return fields;
  };
}

const statusFields = fieldReader(Status);
const reportFields = fieldReader(Report);
const conditionFields = fieldReader(Condition);

/** A stored status without its broken fields. */
export function readStatus(value: unknown): Status {
  const status = statusFields(value) as Status;
  const stored = (value as { conditions?: unknown } | null | undefined)?.conditions;
  if (status.conditions === undefined && Array.isArray(stored))
    status.conditions = fitting(stored.flatMap(readCondition));
  return status;
}

/** No more than a status may have: each of ours with each status once, those that are True first. Nobody else writes there. */
function fitting(conditions: readonly Condition[]): Condition[] {
  if (conditions.length <= MAX_CONDITIONS) return [...conditions];
  const ours = conditions.filter(({ type }) => CONDITION_TYPES.some((known) => known === type));
  const each = [...new Map(ours.map((condition) => [`${condition.type}=${condition.status}`, condition])).values()];
  const isTrue = ({ status }: Condition): boolean => status === 'True';
  return [...each.filter(isTrue), ...each.filter((condition) => !isTrue(condition))].slice(0, MAX_CONDITIONS);
}

/** Its status is what counts, whatever else is broken: a run that has finished must never look like one that has not. */
function readCondition(stored: unknown): Condition[] {
  const fields: Partial<Condition> = conditionFields(stored);
  const { type, status } = fields;
  if (type === undefined || status === undefined) return [];
  return [{ reason: 'Unknown', message: '', lastTransitionTime: '1970-01-01T00:00:00Z', ...fields, type, status }];
}

/** A worker's report without its broken fields; undefined if there is no report or it is not a JSON object. */
export function readReport(text: string | undefined): Partial<Report> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? reportFields(value) : undefined;
  } catch {
    return undefined;
  }
}
