/**
 * What the webhook is compared with: a `node:http` server that parses the same requests and serializes the answers that were
 * recorded for them, and decides nothing. The header `x-case` says which one. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordedHooks } from './recorded-hooks.js';

const answers = new Map(recordedHooks().map(({ name, answer }) => [name, JSON.parse(answer) as unknown]));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const text = JSON.stringify(answers.get(String(request.headers['x-case'])));
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, msg: 'ready' })),
);
