import type { ObservedJob } from '../../api/hooks.js';
import { sameJson } from '../same-json.js';
import { lastSpecIs } from './last-word.js';

/**
 * Metacontroller takes the first of these keys that all entries of a list have for the list's key. Source: `knownMergeKeys` and
 * `detectListMapKey` in its pkg/dynamic/apply/apply.go.
 */
const MERGE_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'] as const;

type Entry = Record<string, unknown>;

/**
 * What was found in a Job, which nothing changes: three places ask for each request, and a template may have hundreds of thousands of
 * fields.
 */
const foundIn = new WeakMap<ObservedJob, { entry: string | undefined }>();

/**
 * Where a Job's template has two entries with one key that differ, such as two variables of one name; undefined if it has none. Merging a kept Job
 * into it makes both of them the last one, and the API server refuses that: a template is immutable. Names keys and never a
 * value.
 */
export function unmergeableEntry(job: ObservedJob): string | undefined {
  const known = foundIn.get(job);
  if (known) return known.entry;
  const found = entryIn(job.spec.template);
  const entry = found === undefined ? undefined : `template${found}`;
  foundIn.set(job, { entry });
  return entry;
}

/**
 * The same for a Job that no change reaches: without its template, an answer would remove the one that Metacontroller remembers. Once
 * somebody has removed that memory, an answer without a template changes the rest.
 */
export function unreachableEntry(job: ObservedJob): string | undefined {
  const entry = unmergeableEntry(job);
  // Asked second: few Jobs have such an entry, and the memory has to be parsed.
  return entry !== undefined && lastSpecIs(job, (spec) => 'template' in spec) ? entry : undefined;
}

/** Where it is within a value. It collects nothing on the way, because there is almost never anything to find. */
function entryIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return entryInList(value);
  if (!isEntry(value)) return undefined;
  for (const name in value) {
    const field = value[name];
    const found = typeof field === 'object' ? entryIn(field) : undefined;
    if (found !== undefined) return `.${name}${found}`;
  }
  return undefined;
}

/** A list without a key is replaced as a whole, by the same list. */
function entryInList(list: readonly unknown[]): string | undefined {
  if (!list.every(isEntry)) return undefined;
  const key = MERGE_KEYS.find((each) => list.every((entry) => each in entry));
  if (key === undefined) return undefined;
  const last = new Map<string, Entry>();
  for (const entry of list) last.set(textOf(entry[key]), entry);
  for (const entry of list) {
    // Where each entry has a key of its own, each is the last one.
    const found = last.size === list.length || isLast(entry, key, last) ? entryIn(entry) : '';
    if (found !== undefined) return `[${textOf(entry[key])}]${found}`;
  }
  return undefined;
}

const isLast = (entry: Entry, key: string, last: ReadonlyMap<string, Entry>): boolean =>
  sameJson(entry, last.get(textOf(entry[key])));

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key));
