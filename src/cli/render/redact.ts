const LONGEST = 120;

/** Paths of key values, which are never shown. */
const KEYS = /partitionValue(?!From)|sortKey/;

/** A value in a form that an error message may show: never a key's value, nor a whole object, which may contain one. */
export function redact(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (KEYS.test(path)) return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The value at a path in the notation of error messages: `spec.tolerations[0].key`. */
export function valueAt(object: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], object);
}
