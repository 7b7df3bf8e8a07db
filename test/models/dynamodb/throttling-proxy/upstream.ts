import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface UpstreamAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The server behind the proxy. */
export interface Upstream {
  send(headers: IncomingHttpHeaders, text: string): Promise<UpstreamAnswer>;
  close(): void;
}

/** An engine at a URL, over keep-alive connections. */
export class HttpUpstream implements Upstream {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128 });

  constructor(url: string) {
    this.#url = new URL(url);
  }

  send(headers: IncomingHttpHeaders, text: string): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#url.hostname,
          port: this.#url.port,
          method: 'POST',
          path: '/',
          headers: { ...headers, connection: 'keep-alive', 'content-length': Buffer.byteLength(text) },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const body = Buffer.concat(chunks).toString('utf8');
            resolve({ status: answer.statusCode ?? 500, headers: answer.headers, text: body });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
