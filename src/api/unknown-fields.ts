import { Spec } from './spec.js';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** What this version does not know: where it is, and what may have been meant. */
export interface UnknownField {
  path: string;
  message: string;
}

/** How many unknown fields are named. An object may have a hundred thousand. */
const MAX_NAMED = 5;
/** How fields are named here. A key that somebody wrote in the place of a name seldom is: it has digits, signs or capitals. */
const NAME_OF_FIELD = /^[a-z][A-Za-z]{0,39}$/;

/** What others call a field of ours. */
const MEANT: Readonly<Record<string, string>> = { dryRun: 'mode: DryRun', dry_run: 'mode: DryRun' };

/**
 * Fields that this version does not know. They are either misspelled or newer, and a misspelled safeguard must not lead to a deletion
 * without it. The CRD makes the API server keep them (`x-kubernetes-preserve-unknown-fields`), so that they can be seen here.
 */
export function unknownFields(spec: unknown): UnknownField[] {
  const found: Found = { first: [], count: 0 };
  walk(spec, Spec as Schema, 'spec', found);
  const named = found.first.map(described);
  const rest = found.count - named.length;
  return rest === 0 ? named : [...named, { path: 'spec', message: `${rest} more unknown fields` }];
}

interface Unknown {
  parent: string;
  name: string;
  known: readonly string[];
}

/** The first of them, which are named, and how many there are. */
interface Found {
  first: Unknown[];
  count: number;
}

function walk(value: unknown, { properties, items }: Schema, path: string, found: Found): void {
  if (Array.isArray(value)) {
    if (items) value.forEach((entry, index) => walk(entry, items, `${path}[${index}]`, found));
    return;
  }
  if (typeof value !== 'object' || value === null || !properties) return;
  for (const name of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[name];
    if (field === undefined) continue;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!known) {
      found.count++;
      if (found.first.length < MAX_NAMED) found.first.push({ parent: path, name, known: Object.keys(properties) });
    } else if (typeof field === 'object') walk(field, known, `${path}.${name}`, found);
  }
}

/** Every object under `spec` that has fields of its own, with the names of these. Entries of lists have `[]` in their path. */
export function knownFields(schema: Schema = Spec as Schema, path = 'spec'): { path: string; fields: string[] }[] {
  const { properties, items } = schema;
  if (items) return knownFields(items, `${path}[]`);
  if (!properties) return [];
  return [
    { path, fields: Object.keys(properties) },
    ...Object.entries(properties).flatMap(([name, field]) => knownFields(field, `${path}.${name}`)),
  ];
}

/** A name that is neither like a known one nor written as one is not said: it may be the value of a key. */
function described({ parent, name, known }: Unknown): UnknownField {
  const meant = sameLetters(name, known) ?? elsewhere(name) ?? nearest(name, known);
  if (meant !== undefined) return { path: `${parent}.${name}`, message: `unknown field; did you mean ${meant}?` };
  const others = `known fields: ${known.join(', ')}`;
  if (NAME_OF_FIELD.test(name)) return { path: `${parent}.${name}`, message: `unknown field; ${others}` };
  return { path: parent, message: `unknown field of ${[...name].length} characters; ${others}` };
}

const sameLetters = (name: string, known: readonly string[]): string | undefined =>
  known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());

/** A field of this name in another object: most mistakes are an indent too many or too few. */
function elsewhere(name: string): string | undefined {
  if (Object.hasOwn(MEANT, name)) return MEANT[name];
  const owners = knownFields().filter(({ path, fields }) => !path.includes('[]') && fields.includes(name));
  return owners.length === 1 ? `${owners[0]?.path}.${name}` : undefined;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  return known
    .map((candidate) => ({ candidate, limit: Math.max(1, Math.floor(candidate.length / 4)) }))
    .filter(({ candidate, limit }) => Math.abs(candidate.length - name.length) <= limit)
    .map(({ candidate, limit }) => ({
      candidate,
      limit,
      steps: distance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ steps, limit }) => steps <= limit)
    .sort((a, b) => a.steps - b.steps)[0]?.candidate;
}

/** Levenshtein distance: how many letters must be changed, added or removed to turn one name into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
