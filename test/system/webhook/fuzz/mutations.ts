import { gzipSync } from 'node:zlib';
import type { HookName } from '../../../../src/api/hooks.js';
import type { Random } from '../../../models/random.js';
import { type Attack, chunked, post, type Shape } from './attack.js';
import { ODD, ODD_NAMES, Raw, textOf } from './json.js';

/** A request that a real Metacontroller sent, or that the operator expects. */
export interface Base {
  name: string;
  hook: HookName;
  body: unknown;
}

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null && !(value instanceof Raw);

const oneOf = <T>(random: Random, values: readonly T[]): T => values[random.between(0, values.length - 1)] as T;

/** A place at any depth: what holds it, and its name there. */
function place(random: Random, value: Container): { holder: Container; name: string } | undefined {
  const all: { holder: Container; name: string }[] = [];
  const collect = (holder: Container): void => {
    for (const name of Object.keys(holder)) {
      all.push({ holder, name });
      const inner = holder[name];
      if (isContainer(inner)) collect(inner);
    }
  };
  collect(value);
  return all.length === 0 ? undefined : oneOf(random, all);
}

/** Set as JSON.parse does: `__proto__` becomes a field like any other. */
const set = (holder: Container, name: string, value: unknown): void =>
  void Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });

type Change = (random: Random, at: { holder: Container; name: string }, body: Container) => void;

const CHANGES: readonly Change[] = [
  // What stands there becomes something odd; so it is thrice, as most bugs are found by it.
  ...Array.from(
    { length: 3 },
    (): Change =>
      (random, { holder, name }) =>
        set(holder, name, oneOf(random, ODD)),
  ),
  (_random, { holder, name }) => {
    if (!Array.isArray(holder)) delete holder[name];
  },
  (random, { holder, name }) => {
    const inner = holder[name];
    if (isContainer(inner) && !Array.isArray(inner)) set(inner, oneOf(random, ODD_NAMES), oneOf(random, ODD));
  },
  (random, { holder, name }, body) => {
    const from = place(random, body);
    if (from) set(holder, name, plain(from.holder[from.name]));
  },
  (random, { holder, name }) => {
    const inner = holder[name];
    if (!isContainer(inner) || Array.isArray(inner)) return;
    const fields = Object.entries(inner).map(([key, field]) => `${JSON.stringify(key)}:${textOf(field)}`);
    if (fields.length > 0) set(holder, name, new Raw(`{${[...fields, oneOf(random, fields)].join(',')}}`));
  },
  (random, { holder, name }) => {
    const copies = random.between(2, 300);
    const inner = holder[name];
    if (Array.isArray(inner)) set(holder, name, Array.from({ length: copies }, () => inner as unknown[]).flat());
    else if (isContainer(inner))
      for (let i = 0; i < copies; i++) set(inner, `${oneOf(random, ['copy', 'default/', 'a.b/'])}${i}`, 'x');
  },
  (random, { holder, name }) => {
    const text = holder[name];
    if (typeof text === 'string') set(holder, name, text.repeat(random.between(2, 50)).slice(0, 100_000));
  },
];

/** A copy. What is Raw becomes what it says, and structuredClone stumbles over what is nested too deeply. */
const plain = (value: unknown): unknown => JSON.parse(textOf(value)) as unknown;

function mutatedText(random: Random, body: unknown): string {
  const copy = structuredClone(body) as Container;
  for (let left = random.between(1, 4); left > 0; left--) {
    const at = place(random, copy);
    if (at) oneOf(random, CHANGES)(random, at, copy);
  }
  return textOf(copy);
}

/** Bytes that are removed, repeated, turned, put in or cut off. */
function mutatedBytes(random: Random, bytes: Buffer): Buffer {
  const [a, b] = [random.between(0, bytes.length), random.between(0, bytes.length)].sort((x, y) => x - y) as [
    number,
    number,
  ];
  const [head, middle, tail] = [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)];
  const noise = Buffer.from(Array.from({ length: random.between(1, 8) }, () => random.between(0, 255)));
  return oneOf(random, [
    () => head,
    () => Buffer.concat([head, tail]),
    () => Buffer.concat([head, middle, middle, tail]),
    () => Buffer.concat([head, noise, middle, tail]),
    () => Buffer.concat([head, Buffer.from(middle).reverse(), tail]),
    () => Buffer.concat([bytes, noise]),
    () => Buffer.from(bytes.toString('utf8'), 'utf16le'),
    () => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  ])();
}

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain; charset=utf-16',
  'application/json; charset=utf-7',
  'a/b; c="',
  '',
  ';',
];

type Sent = Pick<Attack, 'bytes' | 'ends' | 'mayClose'>;

/** Ways to send a body. */
const WAYS: readonly ((random: Random, body: Buffer, shape: Shape) => Sent)[] = [
  ...Array.from({ length: 4 }, () => (_random: Random, body: Buffer, shape: Shape) => ({ bytes: post(body, shape) })),
  (random, body, shape) => ({ bytes: post(body, { ...shape, headers: { 'Content-Type': oneOf(random, TYPES) } }) }),
  (random, body, shape) => ({
    bytes: post(gzipSync(body), { ...shape, headers: { 'Content-Encoding': oneOf(random, ['gzip', 'br', 'x']) } }),
  }),
  (random, body, shape) => {
    const cuts = Array.from({ length: random.between(0, 5) }, () => random.between(0, body.length)).sort(
      (a, b) => a - b,
    );
    return {
      bytes: post(chunked(body, cuts), { ...shape, length: null, headers: { 'Transfer-Encoding': 'chunked' } }),
    };
  },
  // Shorter than it is, so that a second request begins in its middle.
  (random, body, shape) => ({ bytes: post(body, { ...shape, length: random.between(0, body.length) }) }),
  // Longer than it is, and then the client ends.
  (random, body, shape) => ({
    bytes: post(body, { ...shape, length: body.length + random.between(1, 100) }),
    ends: true,
    mayClose: true,
  }),
  (random, body, shape) => {
    const all = post(body, shape);
    return { bytes: all.subarray(0, random.between(1, all.length - 1)), ends: true, mayClose: true };
  },
];

/** One request that comes of a base, a different one for each random source. */
export function mutant(random: Random, bases: readonly Base[]): Attack {
  const base = oneOf(random, bases);
  const hook = random.between(1, 8) === 1 ? oneOf(random, ['sync', 'finalize'] as const) : base.hook;
  const text = random.between(1, 10) === 1 ? textOf(base.body) : mutatedText(random, base.body);
  const body = random.between(1, 8) === 1 ? mutatedBytes(random, Buffer.from(text)) : Buffer.from(text);
  return { what: `a mutation of ${base.name}`, ...oneOf(random, WAYS)(random, body, { hook }) };
}
