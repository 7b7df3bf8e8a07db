import { Refusal } from './api-server.js';
import { type ApiObject, type Json, same, withStatus } from './objects.js';

/** Metacontroller's dynamic apply. Source: pkg/dynamic/apply/apply.go and pkg/controller/common/manage_children.go of 4.17.2. */
export const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

const MERGE_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What was last made of each observed child, and of which desired one: at most syncs it is the same again. */
const lastApplied = new WeakMap<ApiObject, { desired: Json; next: ApiObject }>();

/** The object that Metacontroller would write for an observed and a desired child; the observed one if nothing changes. */
export function applied(observed: ApiObject, desired: Json): ApiObject {
  const known = lastApplied.get(observed);
  if (known && same(known.desired, desired)) return known.next;
  const next = made(observed, desired);
  lastApplied.set(observed, { desired, next });
  return next;
}

function made(observed: ApiObject, desired: Json): ApiObject {
  const text = observed.metadata.annotations?.[LAST_APPLIED];
  let last: unknown;
  try {
    last = text === undefined || text === '' ? undefined : parsed(text);
  } catch {
    throw new Refusal('Invalid', `can't unmarshal "${LAST_APPLIED}" annotation`);
  }
  if (last !== undefined && last !== null && !isObject(last))
    throw new Refusal('Invalid', `can't unmarshal "${LAST_APPLIED}" annotation`);
  const update = withoutLastApplied(desired);
  const merged = merge(observed, last, update) as ApiObject;
  const { annotations, labels, name, namespace, ownerReferences, finalizers } = merged.metadata;
  const written: ApiObject = {
    ...merged,
    metadata: {
      ...observed.metadata,
      name,
      namespace,
      ...(ownerReferences && { ownerReferences }),
      ...(finalizers && { finalizers }),
      ...(labels && { labels }),
      annotations: { ...annotations, [LAST_APPLIED]: JSON.stringify(sorted(update)) },
    },
  };
  const next = withStatus(written, observed.status);
  return same(next, observed) ? observed : next;
}

/** What a child was last made of is asked for at every sync, and never changed. */
const lastParsed = new Map<string, unknown>();
const MOST_PARSED = 32;

function parsed(text: string): unknown {
  if (!lastParsed.has(text)) {
    if (lastParsed.size >= MOST_PARSED) lastParsed.clear();
    lastParsed.set(text, JSON.parse(text));
  }
  return lastParsed.get(text);
}

/** Go marshals a map with sorted keys. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function withoutLastApplied(desired: Json): Json {
  const metadata = desired.metadata as Json | undefined;
  const annotations = metadata?.annotations as Json | undefined;
  if (annotations?.[LAST_APPLIED] === undefined) return desired;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return { ...desired, metadata: { ...metadata, annotations: rest } };
}

/** What is not of the destination's type counts as absent: Metacontroller means to refuse it, and checks the wrong variable. */
function merge(destination: unknown, last: unknown, desired: unknown): unknown {
  if (isObject(destination)) return mergeObject(destination, objectOr(last), objectOr(desired));
  if (Array.isArray(destination)) return mergeArray(destination, listOr(last), listOr(desired));
  return desired;
}

const objectOr = (value: unknown): Json => (isObject(value) ? value : {});
const listOr = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function mergeObject(destination: Json, last: Json, desired: Json): Json {
  const result = { ...destination };
  for (const key of Object.keys(last)) if (desired[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(desired))
    if (value !== undefined) result[key] = merge(result[key], last[key], value);
  return result;
}

function mergeArray(destination: unknown[], last: unknown[], desired: unknown[]): unknown[] {
  const items = [...destination, ...last, ...desired];
  const key =
    items.every(isObject) && items.length > 0
      ? MERGE_KEYS.find((name) => items.every((item) => name in item))
      : undefined;
  if (key === undefined) return desired;
  const byKey = (list: unknown[]): Json => Object.fromEntries(list.map((item) => [String((item as Json)[key]), item]));
  const merged = mergeObject(byKey(destination), byKey(last), byKey(desired));
  const nameOf = (item: unknown): string => String((item as Json)[key]);
  const there = destination.map(nameOf);
  const added = [...new Set(desired.map(nameOf))].filter((name) => !there.includes(name));
  // Of two entries with one key both become the last one.
  return [...there, ...added].filter((name) => name in merged).map((name) => merged[name]);
}
