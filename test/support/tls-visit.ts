import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';

/**
 * One POST to the hooks over a connection of its own, which may resume an earlier TLS session: `fetch` and `node:https` decide that
 * by themselves.
 * @returns the status, whether a session was resumed, and a session to resume
 */
export async function postOverTls(connection: ConnectionOptions, body: string, token?: string) {
  const socket = connect(connection);
  let session: Buffer | undefined;
  socket.on('session', (next: Buffer) => (session = next));
  await once(socket, 'secureConnect');
  const resumed = socket.isSessionReused();
  const head = ['POST /sync HTTP/1.1', 'host: webhook', `content-length: ${Buffer.byteLength(body)}`];
  if (token !== undefined) head.push(`authorization: Bearer ${token}`);
  socket.write(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return { status: Number(/^HTTP\/1\.1 ([0-9]+)/.exec(text)?.[1]), resumed, session };
}
