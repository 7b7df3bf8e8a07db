import { Refusal } from './api-server.js';
import { type ApiObject, type Json, same, withStatus } from './objects.js';

/** Metacontroller's dynamic apply. Source: pkg/dynamic/apply/apply.go and pkg/controller/common/manage_children.go of 4.17.2. */
export const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

const MERGE_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that Metacontroller would write for an observed and a desired child; the observed one if nothing changes. */
export function applied(observed: ApiObject, desired: Json): ApiObject {
  const text = observed.metadata.annotations?.[LAST_APPLIED];
  let last: unknown;
  try {
    last = text === undefined || text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Refusal('Invalid', `can't unmarshal "${LAST_APPLIED}" annotation`);
  }
  if (last !== undefined && last !== null && !isObject(last))
    throw new Refusal('Invalid', `can't unmarshal "${LAST_APPLIED}" annotation`);
  const update = withoutLastApplied(desired);
  const merged = merge('', observed, last, update) as ApiObject;
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

function merge(path: string, destination: unknown, last: unknown, desired: unknown): unknown {
  if (isObject(destination)) {
    if (
      (last !== undefined && last !== null && !isObject(last)) ||
      (desired !== undefined && desired !== null && !isObject(desired))
    )
      throw new Refusal('Invalid', `${path}: expecting map[string]interface`);
    return mergeObject(path, destination, last ?? {}, desired ?? {});
  }
  if (Array.isArray(destination)) {
    if (
      (last !== undefined && last !== null && !Array.isArray(last)) ||
      (desired !== undefined && desired !== null && !Array.isArray(desired))
    )
      throw new Refusal('Invalid', `${path}: expecting []interface`);
    return mergeArray(path, destination, (last ?? []) as unknown[], (desired ?? []) as unknown[]);
  }
  return desired;
}

function mergeObject(path: string, destination: Json, last: Json, desired: Json): Json {
  const result = { ...destination };
  for (const key of Object.keys(last)) if (desired[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(desired))
    if (value !== undefined) result[key] = merge(`${path}[${key}]`, result[key], last[key], value);
  return result;
}

function mergeArray(path: string, destination: unknown[], last: unknown[], desired: unknown[]): unknown[] {
  const items = [...destination, ...last, ...desired];
  const key =
    items.every(isObject) && items.length > 0
      ? MERGE_KEYS.find((name) => items.every((item) => name in item))
      : undefined;
  if (key === undefined) return desired;
  const byKey = (list: unknown[]): Json => Object.fromEntries(list.map((item) => [String((item as Json)[key]), item]));
  const merged = mergeObject(path, byKey(destination), byKey(last), byKey(desired));
  const order = [...new Set([...destination, ...desired].map((item) => String((item as Json)[key])))];
  return order.filter((name) => name in merged).map((name) => merged[name]);
}
