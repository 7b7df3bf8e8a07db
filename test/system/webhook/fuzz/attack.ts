import type { HookName } from '../../../../src/api/hooks.js';

/** What is sent to a hook: every byte of one HTTP request. */
export interface Attack {
  what: string;
  bytes: Buffer;
  /** Whether the client ends its side after the last byte: it will never send the rest of what it announced. */
  ends?: boolean;
  /** Whether the server may close the connection without an answer: where what came is no request, or far too long. */
  mayClose?: boolean;
}

export interface Shape {
  hook?: HookName;
  /** Instead of the hook's own line. */
  line?: string;
  headers?: Readonly<Record<string, string>>;
  /** What the head says about the body's length; the truth if absent, nothing if null. */
  length?: number | string | null;
}

/** A POST of a body, or what a shape makes of it. */
export function post(body: Buffer | string, { hook = 'sync', line, headers, length }: Shape = {}): Buffer {
  const payload = Buffer.from(body);
  const said = length === undefined ? payload.length : length;
  const head = [
    line ?? `POST /${hook} HTTP/1.1`,
    'Host: operator',
    'Connection: close',
    ...(headers?.['Content-Type'] === undefined ? ['Content-Type: application/json'] : []),
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(said === null ? [] : [`Content-Length: ${said}`]),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), payload]);
}

/** A body in pieces, without a length. */
export function chunked(body: Buffer, cuts: readonly number[]): Buffer {
  const ends = [...cuts, body.length];
  const pieces = ends.map((end, index) => body.subarray(cuts[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
  const framed = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]);
}
