import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';
import { startDynamoctl } from '../../support/worker-process.js';

const MEBIBYTE = 1024 * 1024;
/** JSON that takes thirty times its length once it is parsed. */
const bloated = (length: number): string => `[${'[],'.repeat(Math.floor((length - 4) / 3))}[]]`;
/** The same in a request that is Metacontroller's, so that a decision is made with it in memory. */
const bloatedRequest = (length: number): string =>
  JSON.stringify(request({ status: { bloated: 'HERE' } })).replace('"HERE"', bloated(length - 8192));

/** The operator as a process, with half of the memory that its container has. */
async function operator(t: Test) {
  const { child, ended, said } = startDynamoctl(['operator', '--host', '127.0.0.1', '--port', '0'], {
    NODE_OPTIONS: '--max-old-space-size=256',
  });
  t.teardown(() => child.kill('SIGKILL'));
  const { port } = await said(/^ready$/);
  return {
    port: Number(port),
    pid: child.pid,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    ended,
  };
}

/** Posts a body and returns the status; 0 where the connection broke. */
const post = (port: number, body: string): Promise<number> =>
  new Promise((resolve) => {
    const outgoing = httpRequest({ port, method: 'POST', path: '/sync', agent: false }, (answer) => {
      answer.resume().on('close', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.on('error', () => resolve(0)).end(body);
  });

t.test('no body takes the operator out of memory', async (t) => {
  const { port, isAlive } = await operator(t);
  const decides = async (): Promise<number> => {
    for (;;) {
      const status = await post(port, JSON.stringify(request()));
      if (status !== 429) return status;
      await setTimeout(100);
    }
  };
  for (const [what, body] of [
    ['16 MiB of empty lists', bloated(16 * MEBIBYTE - 1)],
    ['4 MiB of empty lists', bloated(4 * MEBIBYTE - 1)],
    ['4 MiB of empty lists in a status', bloatedRequest(4 * MEBIBYTE - 1)],
  ] as const) {
    for (let round = 0; round < 3 && isAlive(); round++)
      await Promise.all(Array.from({ length: 6 }, () => post(port, body)));
    t.ok(isAlive(), `${what}, six at a time`);
    if (isAlive()) t.equal(await decides(), 200, 'and it goes on to decide');
  }
});

t.test('a length above the limit is refused before the body comes', async (t) => {
  for (const [options, limit] of [
    [{}, 4],
    [{ bearerTokens: () => ['token'] }, 16],
  ] as const) {
    const { app } = await webhook(t, options);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const head = 'POST /sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token\r\nContent-Length: ';
    const answerTo = (length: number): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        t.teardown(() => socket.destroy());
        socket.setEncoding('utf8').on('data', (text: string) => resolve(text.slice(0, 12)));
        socket.write(`${head}${length}\r\n\r\n`);
        void setTimeout(500).then(() => resolve('it waits for the body'));
      });
    t.equal(await answerTo(limit * MEBIBYTE + 1), 'HTTP/1.1 413', `${limit} MiB and a byte`);
    t.equal(await answerTo(limit * MEBIBYTE), 'it waits for the body', `${limit} MiB`);
  }
});

t.test('two large bodies at once, and small ones beside them', async (t) => {
  const { app } = await webhook(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const begin = (header: string) => {
    const socket = connect(port, '127.0.0.1');
    t.teardown(() => socket.destroy());
    socket.write(`POST /sync HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    return socket;
  };
  const large = JSON.stringify(request({ metadata: { annotations: { padding: 'x'.repeat(MEBIBYTE) } } }));
  const eventually = async (status: number): Promise<number> => {
    for (let tries = 0; tries < 50; tries++) {
      const found = await post(port, large);
      if (found === status) return found;
      await setTimeout(50);
    }
    return -1;
  };
  t.equal(await post(port, large), 200);
  const half = [begin(`Content-Length: ${MEBIBYTE}`), begin('Transfer-Encoding: chunked')];
  t.equal(await eventually(429), 429, 'a third one has to come again');
  t.equal(await post(port, JSON.stringify(request())), 200, 'a small one does not');
  half.forEach((socket) => socket.destroy());
  t.equal(await eventually(200), 200, 'once they are gone there is room again');
  for (let i = 0; i < 5; i++) t.equal(await post(port, large), 200, 'and it stays: each gives back what it took');
});
