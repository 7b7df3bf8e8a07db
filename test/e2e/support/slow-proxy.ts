import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before a DynamoDB engine that answers one write at a time, each after a delay: it makes mid-run last. */
export interface SlowProxy {
  port: number;
  /** What workers asked, in order. */
  asked: Asked[];
  stop: () => Promise<void>;
}

/** A request on its way to the engine: its operation, and what it was signed with. */
export interface Asked {
  operation: string;
  accessKeyId: string | undefined;
  sessionToken: string | undefined;
}

const header = ({ headers }: IncomingMessage, name: string): string | undefined =>
  headers[name] === undefined ? undefined : String(headers[name]);

const asAsked = (incoming: IncomingMessage): Asked => ({
  operation: header(incoming, 'x-amz-target')?.split('.').at(-1) ?? '',
  accessKeyId: /Credential=([^/]+)\//.exec(header(incoming, 'authorization') ?? '')?.[1],
  sessionToken: header(incoming, 'x-amz-security-token'),
});

export const isWrite = ({ operation }: Asked): boolean =>
  /^(BatchWriteItem|DeleteItem|PutItem|UpdateItem)$/.test(operation);

/** @param delay of each write, in milliseconds */
export async function startSlowProxy(engine: string, delay: number): Promise<SlowProxy> {
  const upstream = new URL(engine);
  let lastWrite: Promise<void> = Promise.resolve();
  const turn = (): Promise<void> =>
    (lastWrite = lastWrite.then(() => new Promise((resolve) => setTimeout(resolve, delay))));
  const asked: Asked[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const what = asAsked(incoming);
    asked.push(what);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    const forwardInTurn = async (): Promise<void> => {
      if (isWrite(what)) await turn();
      // Who asked has gone: a killed worker's writes are not made in its name.
      if (outgoing.destroyed) return;
      const forward = httpRequest(
        {
          host: upstream.hostname,
          port: upstream.port,
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      forward.on('error', () => outgoing.destroy());
      forward.end(Buffer.concat(chunks));
    };
    incoming.on('end', () => void forwardInTurn());
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
