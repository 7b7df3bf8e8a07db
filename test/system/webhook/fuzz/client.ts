import { connect } from 'node:net';
import type { Attack } from './attack.js';

export interface Answer {
  /** 0 where the connection was closed without an answer. */
  status: number;
  body: string;
  /** From the connection to the last byte of the answer, in milliseconds. */
  milliseconds: number;
}

/** How long a client waits, in milliseconds: long enough to see how slow an answer is. */
const PATIENCE = 10_000;

/** "Go on", to a client that asked before it sends its body. */
const INTERIM = /^HTTP\/1\.1 100[^]*?\r\n\r\n/;

/** Sends an attack over a connection of its own and reads the answer. Never rejects. */
export function send(port: number, { bytes, ends }: Pick<Attack, 'bytes' | 'ends'>): Promise<Answer> {
  return new Promise((resolve) => {
    const begin = performance.now();
    let received = '';
    const socket = connect(port, '127.0.0.1');
    const finish = (): void => {
      socket.destroy();
      const [, status = '0', body = ''] = /^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n([^]*)$/.exec(received) ?? [];
      resolve({ status: Number(status), body, milliseconds: performance.now() - begin });
    };
    socket.setTimeout(PATIENCE, finish);
    socket.setEncoding('utf8').on('data', (text: string) => {
      received = (received + text).replace(INTERIM, '');
      if (isComplete(received)) finish();
    });
    socket.on('error', finish).on('end', finish);
    if (ends === true) socket.end(bytes);
    else socket.write(bytes);
  });
}

/** Whether all of an answer is here, so that nothing depends on when the connection is closed. */
function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /^content-length: (\d+)\r$/im.exec(received.slice(0, end + 2))?.[1];
  return length !== undefined && Buffer.byteLength(received.slice(end + 4)) >= Number(length);
}
