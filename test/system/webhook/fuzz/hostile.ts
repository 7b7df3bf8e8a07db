import { type CompositeRequest, HOOK_NAMES } from '../../../../src/api/hooks.js';
import { JOBS, LAST_APPLIED_ANNOTATION, REPORT_ANNOTATION } from '../../../../src/api/names.js';
import { Spec } from '../../../../src/api/spec.js';
import { jobStatus, observedJob, request } from '../../../support/builders.js';
import { type Attack, chunked, post, type Shape } from './attack.js';
import { nested, Raw, textOf } from './json.js';

const MIB = 1024 * 1024;
const MILLION = 1_000_000;

type Change = (body: CompositeRequest) => void;

/** A request for a running Job with something changed in it. */
function altered(change: Change): string {
  const body = structuredClone(request({}, observedJob({ status: jobStatus.running })));
  change(body);
  return textOf(body);
}

const job = (body: CompositeRequest) => Object.values(body.children[JOBS])[0] as unknown as Record<string, unknown>;
const template = (body: CompositeRequest) => (job(body).spec as { template: Record<string, unknown> }).template;

/** Where something of any shape or length may stand, as far as the schema of a request goes. */
const ROOMY: Readonly<Record<string, (body: CompositeRequest, value: unknown) => void>> = {
  'the spec': (body, value) => (body.parent.spec = value),
  'a field of the spec': (body, value) => Object.assign(body.parent.spec as object, { mode: value }),
  'the target': (body, value) => Object.assign(body.parent.spec as object, { ddbCtlDpJob: value }),
  'the status': (body, value) => (body.parent.status = value),
  'a field of the status': (body, value) => (body.parent.status = { conditions: value, job: value, progress: value }),
  'a condition of the status': (body, value) =>
    (body.parent.status = { conditions: [{ type: 'Finished', status: 'True', message: value }] }),
  'a field that nobody reads': (body, value) => Object.assign(body, { more: value }),
  managedFields: (body, value) => Object.assign(body.parent.metadata, { managedFields: value }),
  "a Job's template": (body, value) => Object.assign(template(body), { spec: value }),
  "a Job's container": (body, value) => Object.assign(template(body), { spec: { containers: [{ env: value }] } }),
  "a Job's parallelism": (body, value) => Object.assign(job(body).spec as object, { parallelism: value }),
  "a Job's podFailurePolicy": (body, value) => Object.assign(job(body).spec as object, { podFailurePolicy: value }),
  'a field of a Job that nobody reads': (body, value) => Object.assign(job(body), { more: value }),
};

/** Where a text may stand that is parsed once more. */
const PARSED: Readonly<Record<string, (body: CompositeRequest, text: string) => void>> = {
  'the report': (body, text) => (body.parent.metadata.annotations = { [REPORT_ANNOTATION]: text }),
  "a Job's last-applied annotation": (body, text) => {
    const metadata = job(body).metadata as { annotations?: object };
    metadata.annotations = { ...metadata.annotations, [LAST_APPLIED_ANNOTATION]: text };
    // Two variables of one name: then the annotation is read.
    Object.assign(template(body), { spec: { containers: [{ name: 'w', env: [variable('1'), variable('2')] }] } });
  },
};
const variable = (value: string) => ({ name: 'TWICE', value });

/** Many of something. */
const many = (entry: (index: number) => string, open: string, close: string, limit: number): Raw => {
  const entries: string[] = [];
  for (let length = 0, index = 0; length < limit; index++) {
    const text = entry(index);
    entries.push(text);
    length += text.length + 1;
  }
  return new Raw(`${open}${entries.join(',')}${close}`);
};

const WIDE: Readonly<Record<string, (length: number) => unknown>> = {
  'empty lists': (length) => many(() => '[]', '[', ']', length),
  'one key again and again': (length) => many(() => '"a":1', '{', '}', length),
  'different keys': (length) => many((index) => `"k${index}":1`, '{', '}', length),
  'keys that are numbers': (length) => many((index) => `"${index * 7919}":1`, '{', '}', length),
  digits: (length) => new Raw('7'.repeat(length)),
  'half surrogate pairs': (length) => new Raw(`"${'\\udc00'.repeat(length / 6)}"`),
  'a long text': (length) => 'x'.repeat(length),
  conditions: (length) => many((index) => `{"type":"T${index}","status":"True"}`, '[', ']', length),
  'objects with names': (length) => many((index) => `{"name":"${index}"}`, '[', ']', length),
  'objects with one name': (length) => many((index) => `{"name":"a","value":"${index}"}`, '[', ']', length),
};

/** What a slow pattern would stumble over. */
const FILLERS: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(200_000),
  digits: '1'.repeat(200_000),
  'labels of a name': 'a.'.repeat(100_000),
  dashes: `a${'-'.repeat(200_000)}`,
  'a host': `http://${'a.'.repeat(100_000)}/`,
  blanks: `${' '.repeat(200_000)}x`,
  wildcards: '*'.repeat(200_000),
  'pairs of surrogates': '😀'.repeat(100_000),
};

interface Schema {
  properties?: Record<string, Schema>;
}
const pathsOf = ({ properties = {} }: Schema, at: readonly string[] = []): string[][] =>
  Object.entries(properties).flatMap(([name, field]) => [[...at, name], ...pathsOf(field, [...at, name])]);

function put(body: CompositeRequest, path: readonly string[], value: unknown): void {
  let here = body.parent.spec as Record<string, unknown>;
  for (const name of path.slice(0, -1)) here = (here[name] ??= {}) as Record<string, unknown>;
  here[path.at(-1) as string] = value;
}

type Body = [what: string, body: () => string | Buffer];

const deepBodies = (): Body[] =>
  [100, 10_000, MILLION].flatMap((levels): Body[] => [
    [`${levels} levels and nothing else`, () => nested(levels).text],
    ...Object.entries(ROOMY).map(([where, write]): Body => [
      `${levels} levels in ${where}`,
      () => altered((body) => write(body, nested(levels))),
    ]),
    ...Object.entries(PARSED).map(([where, write]): Body => [
      `${levels} levels in ${where}`,
      () => altered((body) => write(body, nested(levels).text)),
    ]),
  ]);

const wideBodies = (length: number): Body[] =>
  Object.entries(WIDE).flatMap(([what, value]) =>
    Object.entries(ROOMY).map(([where, write]): Body => [
      `${what} in ${where}`,
      () => altered((body) => write(body, value(length))),
    ]),
  );

const slowPatterns = (): Body[] =>
  Object.entries(FILLERS).flatMap(([what, text]) => [
    ...pathsOf(Spec as Schema).map((path): Body => [
      `${what} in spec.${path.join('.')}`,
      () => altered((body) => put(body, path, text)),
    ]),
    ...Object.entries(PARSED).map(([where, write]): Body => [
      `${what} in ${where}`,
      () => altered((body) => write(body, text)),
    ]),
    [`${what} as the name`, () => altered((body) => (body.parent.metadata.name = text))],
    [`${what} as a time`, () => altered((body) => (body.parent.status = { startTime: text, creatingSince: text }))],
  ]);

const crowds = (): Body[] => [
  [
    'a thousand Jobs',
    () =>
      altered((body) => {
        for (let i = 0; i < 1000; i++) {
          const { metadata, ...rest } = observedJob({
            uid: `job-${i}`,
            name: `sample-${i}`,
            status: jobStatus.running,
          });
          body.children[JOBS][`default/sample-${i}`] = { metadata, ...rest };
        }
      }),
  ],
  [
    'a hundred thousand annotations',
    () =>
      altered(
        (body) =>
          (body.parent.metadata.annotations = JSON.parse(many((i) => `"a/${i}":""`, '{', '}', MIB).text) as Record<
            string,
            string
          >),
      ),
  ],
];

/** Too long for everybody (4 MiB), and for those who show a token (16 MiB). */
const longBodies = (): Body[] =>
  [4, 16, 20, 64].flatMap((mebibytes): Body[] => [
    [`${mebibytes} MiB of blanks`, () => Buffer.alloc(mebibytes * MIB, ' ')],
    [`${mebibytes} MiB of empty lists`, () => Buffer.alloc(mebibytes * MIB, '[],')],
    [`${mebibytes} MiB of open lists`, () => Buffer.alloc(mebibytes * MIB, '[')],
    [`${mebibytes} MiB of a text`, () => altered((body) => (body.parent.status = 'x'.repeat(mebibytes * MIB)))],
  ]);

const good = (): Buffer => Buffer.from(altered(() => undefined));

/** Requests that are wrong before their body is. */
const HEADS: readonly [what: string, shape: Shape, body?: string][] = [
  ['a length that is negative', { length: -5 }],
  ['a length that is no number', { length: '1e3' }],
  ['a length beyond 2^53', { length: '99999999999999999999' }],
  ['two lengths', { headers: { 'Content-Length': '3' } }],
  ['a length and pieces', { headers: { 'Transfer-Encoding': 'chunked' } }],
  ['an encoding of the transfer that nobody has', { length: null, headers: { 'Transfer-Encoding': 'x' } }],
  ['pieces that are none', { length: null, headers: { 'Transfer-Encoding': 'chunked' } }, 'zz\r\n{}\r\n0\r\n\r\n'],
  ['a piece of 2^60 bytes', { length: null, headers: { 'Transfer-Encoding': 'chunked' } }, '1000000000000000\r\n{}'],
  ['neither length nor pieces', { length: null }],
  ['a head of 100 kB', { headers: { 'X-Long': 'x'.repeat(100_000) } }],
  ['three thousand headers', { headers: Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`X-${i}`, ''])) }],
  ['a header with a NUL', { headers: { 'X-Nul': 'a\u0000b' } }],
  ['an expectation that nobody meets', { headers: { Expect: 'a miracle' } }],
  ['an expectation', { headers: { Expect: '100-continue' } }],
  ['an upgrade', { headers: { Upgrade: 'websocket' } }],
  ['another method', { line: 'PUT /sync HTTP/1.1' }],
  ['a method that is none', { line: 'STEAL /sync HTTP/1.1' }],
  ['CONNECT', { line: 'CONNECT operator:443 HTTP/1.1' }],
  ['HTTP/2 without a word', { line: 'PRI * HTTP/2.0' }],
  ['HTTP/1.0', { line: 'POST /sync HTTP/1.0' }],
  ['HTTP/9.9', { line: 'POST /sync HTTP/9.9' }],
  ['no version', { line: 'POST /sync' }],
  ['a path that is no text', { line: 'POST /%ff%fe HTTP/1.1' }],
  ['a path up', { line: 'POST /sync/../../etc/passwd HTTP/1.1' }],
  ['a path of 60 kB', { line: `POST /${'a'.repeat(60_000)} HTTP/1.1` }],
  ['a whole URL', { line: 'POST http://elsewhere/sync HTTP/1.1' }],
  ['a query', { line: 'POST /sync?__proto__[a]=1&a=%E0%A4%A HTTP/1.1' }],
];

/** What everybody may send, nearly: 4 MiB are too long. */
const LONG = 3.9 * MIB;

/**
 * Every fixed attack; each is built when it is asked for, as some have 64 MiB. One is for `sync`, the next for `finalize`.
 * @param length - of those that are many of something
 */
export function hostile(length = LONG): (() => Attack)[] {
  const bodies = [...deepBodies(), ...wideBodies(length), ...slowPatterns(), ...crowds()];
  return [
    ...bodies.map(([what, body], index) => () => {
      const hook = HOOK_NAMES[index % HOOK_NAMES.length] ?? 'sync';
      const bytes = post(body(), { hook });
      // Where a value is written several times, it is too long after all: the 413 may be lost with the connection.
      return { what: `${hook}: ${what}`, bytes, mayClose: bytes.length > 4 * MIB };
    }),
    ...longBodies().flatMap(([what, body]) => [
      () => ({ what, bytes: post(body()), mayClose: true }),
      () => {
        const bytes = Buffer.from(body());
        const headers = { 'Transfer-Encoding': 'chunked' };
        return {
          what: `${what} in pieces`,
          bytes: post(chunked(bytes, [MIB]), { length: null, headers }),
          mayClose: true,
        };
      },
    ]),
    ...HEADS.map(([what, shape, body]) => () => ({
      what,
      bytes: post(body ?? good(), shape),
      ends: true,
      mayClose: true,
    })),
    () => ({ what: 'TLS', bytes: Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), ends: true, mayClose: true }),
    () => ({ what: 'noise', bytes: Buffer.alloc(100_000, 0xa5), ends: true, mayClose: true }),
    () => ({ what: 'nothing', bytes: Buffer.alloc(0), ends: true, mayClose: true }),
  ];
}
