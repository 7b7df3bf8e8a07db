/** Attribute values in their wire format: `{"S": "a"}`, `{"N": "1"}`, `{"B": "base64"}` and so on. */
export type Attribute = Record<string, unknown>;
export type Item = Record<string, Attribute>;

const utf8 = (text: string): number => Buffer.byteLength(text, 'utf8');
const base64 = (text: string): number => Buffer.from(text, 'base64').length;

function numberSize(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/[^0-9]/g, '')
    .replace(/^0+|0+$/g, '').length;
  return 1 + Math.ceil(digits / 2) + (text.startsWith('-') ? 1 : 0);
}

const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);

const SIZES: Record<string, (value: never) => number> = {
  S: utf8,
  N: numberSize,
  B: base64,
  BOOL: () => 1,
  NULL: () => 1,
  SS: (values: string[]) => sum(values.map(utf8)),
  NS: (values: string[]) => sum(values.map(numberSize)),
  BS: (values: string[]) => sum(values.map(base64)),
  L: (values: Attribute[]) => 3 + sum(values.map((value) => 1 + attributeSize(value))),
  M: (values: Item) => 3 + sum(Object.entries(values).map(([name, value]) => 1 + utf8(name) + attributeSize(value))),
};

function attributeSize(attribute: Attribute): number {
  const [[type, value] = ['NULL', true]] = Object.entries(attribute);
  return SIZES[type]!(value as never);
}

/** Bytes of an item, names and keys counted. Source: "DynamoDB item sizes and formats" of the Developer Guide. */
export function itemSize(item: Item): number {
  return sum(Object.entries(item).map(([name, value]) => utf8(name) + attributeSize(value)));
}

/** Write units that deleting an item of that many bytes takes; an absent item takes 1. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** A decimal as sign, exponent of its first digit, digits without zeroes at either end: comparable without floats. */
function decimal(text: string): { sign: number; exponent: number; digits: string } {
  const [, minus, whole = '', fraction = '', power = '0'] = /^([+-])?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)!;
  const all = whole + fraction;
  const digits = all.replace(/^0+|0+$/g, '');
  if (digits === '') return { sign: 0, exponent: 0, digits };
  return { sign: minus === '-' ? -1 : 1, exponent: whole.length - all.search(/[1-9]/) + Number(power), digits };
}

function compareNumbers(a: string, b: string): number {
  const [x, y] = [decimal(a), decimal(b)];
  if (x.sign !== y.sign) return x.sign - y.sign;
  const magnitude = x.exponent - y.exponent || (x.digits < y.digits ? -1 : x.digits > y.digits ? 1 : 0);
  return x.sign * magnitude;
}

/** The order of two sort keys of one type, as DynamoDB has it: S by UTF-8 bytes, N by value, B by unsigned bytes. */
export function compareKeys(a: Attribute, b: Attribute): number {
  if ('N' in a) return compareNumbers(a.N as string, b.N as string);
  if ('B' in a) return Buffer.compare(Buffer.from(a.B as string, 'base64'), Buffer.from(b.B as string, 'base64'));
  return Buffer.compare(Buffer.from(a.S as string), Buffer.from(b.S as string));
}
