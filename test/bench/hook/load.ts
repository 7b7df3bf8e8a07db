import { connect, type Socket } from 'node:net';
import type { RecordedHook } from './recorded-hooks.js';

/** Metacontroller's default number of workers is 5; more keep the server busy. */
const CONNECTIONS = 16;

/** A connection that carries one request at a time. It reads no more of an answer than its status and its length. */
class Connection {
  readonly #socket: Socket;
  #left = 0;
  #head = '';
  #done: (status: number) => void = () => undefined;
  #status = 0;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => {
      throw error;
    });
  }

  /** Resolves with the status once the whole answer is there. */
  send(request: Buffer): Promise<number> {
    this.#socket.write(request);
    return new Promise((resolve) => (this.#done = resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let body = chunk.length;
    if (this.#left === 0) {
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.#status = Number(this.#head.slice(9, 12));
      this.#left = Number(/\r\ncontent-length: (\d+)/i.exec(this.#head.slice(0, end + 2))?.[1]);
      body = this.#head.length - end - 4;
      this.#head = '';
    }
    this.#left -= body;
    if (this.#left === 0) this.#done(this.#status);
  }
}

/** What is sent for a hook: the same bytes to every server. */
export function wireOf({ name, hook, request }: RecordedHook): Buffer {
  const length = Buffer.byteLength(request);
  const head = `POST /${hook} HTTP/1.1\r\nhost: hooks\r\ncontent-type: application/json\r\nx-case: ${name}\r\n`;
  return Buffer.from(`${head}content-length: ${length}\r\n\r\n${request}`);
}

const connections = (port: number): Connection[] => Array.from({ length: CONNECTIONS }, () => new Connection(port));

function requireOk(status: number): void {
  if (status !== 200) throw new Error(`a hook was answered with ${status}`);
}

/** As fast as the server answers, for this long and for at least this many. @returns how many it answered, and how many a second */
export async function throughput(port: number, wires: readonly Buffer[], seconds: number, atLeast = 0) {
  const all = connections(port);
  let count = 0;
  const start = performance.now();
  await Promise.all(
    all.map(async (connection) => {
      while (count < atLeast || performance.now() - start < seconds * 1000)
        requireOk(await connection.send(wires[count++ % wires.length]!));
    }),
  );
  const perSecond = (count * 1000) / (performance.now() - start);
  for (const connection of all) connection.close();
  return { count, perSecond };
}

/**
 * At a steady rate, whether or not the server keeps up: a request that waits for a free connection counts from when it was due.
 * @returns milliseconds, in ascending order
 */
export async function latencies(
  port: number,
  wires: readonly Buffer[],
  rate: number,
  count: number,
): Promise<number[]> {
  const free = connections(port);
  const all = [...free];
  const waiting: { wire: Buffer; due: number }[] = [];
  const measured: number[] = [];
  const serve = async (connection: Connection): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      requireOk(await connection.send(one.wire));
      measured.push(performance.now() - one.due);
    }
    free.push(connection);
  };
  const start = performance.now();
  for (let i = 0; i < count;) {
    for (const due = performance.now(); i < count && start + (i * 1000) / rate <= due; i++) {
      waiting.push({ wire: wires[i % wires.length]!, due: start + (i * 1000) / rate });
      const connection = free.pop();
      if (connection) void serve(connection);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (measured.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const connection of all) connection.close();
  return measured.sort((a, b) => a - b);
}
