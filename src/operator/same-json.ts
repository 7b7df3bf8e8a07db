type Fields = Readonly<Record<string, unknown>>;

/** Equality of JSON values, whatever the order of their fields: the API server sorts them as it likes. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  return sameFields(a as Fields, b as Fields);
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => sameJson(item, b[index]));

/** A field that is undefined is none: JSON has no undefined. */
function sameFields(a: Fields, b: Fields): boolean {
  const isSet = (fields: Fields) => (name: string) => fields[name] !== undefined;
  const mine = Object.keys(a).filter(isSet(a));
  if (mine.length !== Object.keys(b).filter(isSet(b)).length) return false;
  return mine.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]));
}
