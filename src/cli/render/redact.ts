const LONGEST = 120;

/** Where values of keys stand: nothing in there is ever repeated. */
const KEYS = /partitionValue(?!From)|sortKey/;

/** A value as an error may show it: never that of a key, and no object whole, as it may hold one. */
export function given(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (KEYS.test(path)) return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The value at a path as errors name it: `spec.tolerations[0].key`. */
export function at(object: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], object);
}
