const LONGEST = 120;

/** Paths that hold key values. Nothing from them is ever shown. */
const KEYS = /partitionValue(?!From)|sortKey/;

/** A value as an error message may show it: never a key's value, and never a whole object, which may hold one. */
export function redact(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (KEYS.test(path)) return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The value at a path as errors name it: `spec.tolerations[0].key`. */
export function valueAt(object: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], object);
}
