/**
 * Of `value`, the fields that `pattern` has: `t.same(like(value, pattern), pattern)` compares these strictly. (`t.match` would
 * let an array have more elements than its pattern.)
 */
export function like(value: unknown, pattern: unknown): unknown {
  if (!isRecord(pattern) || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(pattern).map(([name, field]) => [name, like(value[name], field)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
