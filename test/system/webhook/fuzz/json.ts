/** JSON text that no value of JavaScript has: duplicate keys, numbers beyond 2^53, half a surrogate pair. */
export class Raw {
  constructor(readonly text: string) {}
}

export const nested = (levels: number): Raw => new Raw('['.repeat(levels) + ']'.repeat(levels));
const nestedObjects = (levels: number): Raw => new Raw('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

/** As JSON.stringify writes it, and what stands in a Raw as it stands there. */
export function textOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${textOf(field)}`).join(',')}}`;
}

/** What stands where something else should. */
export const ODD: readonly unknown[] = [
  ...['', 'True', 'Execute', 'Running', 'x'.repeat(5000), '\u0000', '😀'.repeat(1025), '__proto__', 'constructor'],
  ...['2026-02-30T00:00:00Z', '2026-02-28T24:00:00Z', '9999-12-31T23:59:59-23:59', '-1', '1e9999', '{"a":'],
  ...[-1, 0, -0, 0.5, 2 ** 31, 2 ** 53, 1e300, null, true, false, [], {}, [null], [{}], [[]]],
  ...['1e400', '-1e400', '1E-400', '9007199254740993', '-9007199254740993', '9'.repeat(400), '0.1e-9999'].map(
    (text) => new Raw(text),
  ),
  ...['"\\ud800"', '"\\udfff\\ud800"', '"\\ud83d"', '"a\\u0000b"', '"\\uFFFF"'].map((text) => new Raw(text)),
  ...['{"a":1,"a":2}', '{"name":"a","name":null}', '{"__proto__":{"name":"x","spec":{}}}', '{"":0}'].map(
    (text) => new Raw(text),
  ),
  ...['{"constructor":{"prototype":{"a":1}}}', '{"toString":1,"valueOf":2,"toJSON":3}', '{"length":-1}'].map(
    (text) => new Raw(text),
  ),
  nested(20),
  nested(200),
  nested(2000),
  nestedObjects(200),
  nestedObjects(2000),
];

/** Names of fields that are more than names somewhere. */
export const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  'hasOwnProperty',
  'length',
  '',
  '\u0000',
  '0',
];
