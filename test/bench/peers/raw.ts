/**
 * The physical limit of an engine: requests made before, for keys that are known, over raw keep-alive sockets. It reads nothing and
 * proves nothing. The keys come from a file, one per line; the time that the requests took goes to standard output.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { endpoint, partition, TableName } from './arguments.js';

const WAYS = 16;
const { hostname, port } = new URL(endpoint);
const keys = readFileSync(process.env.BENCH_KEYS!, 'utf8').trimEnd().split('\n');

const requests: Buffer[] = [];
for (let at = 0; at < keys.length; at += 25) {
  const deletes = keys.slice(at, at + 25).map((S) => ({ DeleteRequest: { Key: { pk: partition, sk: { S } } } }));
  const body = JSON.stringify({ RequestItems: { [TableName]: deletes } });
  const head = [
    'POST / HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Content-Type: application/x-amz-json-1.0',
    'X-Amz-Target: DynamoDB_20120810.BatchWriteItem',
    'X-Amz-Date: 20260101T000000Z',
    'Authorization: AWS4-HMAC-SHA256 Credential=dynamoctl/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n');
  requests.push(Buffer.from(`${head}\r\n\r\n${body}`));
}

let next = 0;
const way = () =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let seen = Buffer.alloc(0);
    const send = () => {
      const request = requests[next++];
      if (request) socket.write(request);
      else socket.end(() => resolve());
    };
    socket.on('error', reject);
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = seen.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 200')) return reject(new Error(head.split('\r\n')[0]));
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
      if (Number.isNaN(length)) return reject(new Error('an answer without a length'));
      if (seen.length < end + 4 + length) return;
      seen = Buffer.alloc(0);
      send();
    });
  });

const start = performance.now();
await Promise.all(Array.from({ length: WAYS }, way));
console.log((performance.now() - start) / 1000);
