import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { SETTINGS, flagOf } from '../../../../src/api/settings.js';
import { request } from '../../../support/builders.js';
import { authority, serverCertificate } from '../../../support/certificates.js';
import { https } from '../../../support/https.js';
import { runDynamoctl, startDynamoctl } from '../../../support/worker-process.js';

/** `dynamoctl operator` as a separate process. */
const OPERATOR = ['operator', '--host', '127.0.0.1'];

/** The operator on a free port, once it says that it is ready. */
async function ready(t: Test, env: Record<string, string> = {}) {
  const { child, ended, said } = startDynamoctl([...OPERATOR, '--port', '0'], env);
  t.teardown(() => child.kill('SIGKILL'));
  const { port } = await said(/^ready$/);
  return { child, ended, port: Number(port) };
}

/** As Metacontroller does: whoever is told that the operator is overloaded asks again, without taking that for an error. */
async function decided<T>(post: () => Promise<T>, statusOf: (answer: T) => number | undefined): Promise<T> {
  for (;;) {
    const answer = await post();
    if (statusOf(answer) !== 429) return answer;
    await setTimeout(1_000);
  }
}

t.test('serves until it is asked to end, and ends in order', async (t) => {
  const { port, child, ended } = await ready(t);
  const url = `http://127.0.0.1:${port}`;
  for (const probe of ['healthz', 'readyz']) t.equal((await fetch(`${url}/${probe}`)).status, 200, probe);
  const answer = await decided(
    () => fetch(`${url}/sync`, { method: 'POST', body: JSON.stringify(request()) }),
    ({ status }) => status,
  );
  t.equal(answer.status, 200);
  t.match(await answer.json(), { children: [{ kind: 'Job' }] });
  child.kill('SIGTERM');
  const { code, lines } = await ended;
  t.equal(code, 0, 'by itself, and well');
  t.match(lines.at(-1)?.msg, 'SIGTERM: no longer ready');
});

t.test('from SIGTERM on it decides nothing, and sends its clients to another replica', async (t) => {
  const { port, child, ended } = await ready(t);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const post = async () => {
    const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/sync', agent });
    outgoing.end(JSON.stringify(request()));
    const [{ statusCode, headers }] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { statusCode, headers };
  };
  t.match(await decided(post, ({ statusCode }) => statusCode), {
    statusCode: 200,
    headers: { connection: 'keep-alive' },
  });
  child.kill('SIGTERM');
  let answer = await post();
  // The signal arrives while this asks again.
  for (let tries = 0; answer.headers.connection !== 'close' && tries < 1_000; tries++) answer = await post();
  t.match(answer, { statusCode: 429, headers: { connection: 'close', 'retry-after': '1' } });
  t.match(await post(), { statusCode: 429 }, 'and it still accepts those who have not heard');
  t.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 503);
  t.equal((await ended).code, 0);
});

t.test('it logs as the worker does', async (t) => {
  const { child, ended } = await ready(t);
  child.kill('SIGINT');
  const { lines } = await ended;
  t.match(lines[0], { level: 'info', time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ });
  t.notOk(lines.some((line) => 'pid' in line || 'hostname' in line));
});

t.test('wrong settings: all of them, one line, exit 2, no stack', async (t) => {
  const env = { PORT: 'x', LOG_LEVEL: 'x' };
  const { stdout, stderr, code } = await runDynamoctl([...OPERATOR, '--report-seconds', 'x'], env);
  t.equal(code, 2);
  t.equal(stdout, '');
  t.match(stderr, /^dynamoctl operator: wrong settings: PORT="x".*; LOG_LEVEL="x".*; REPORT_SECONDS="x".*\n$/);
});

t.test('files that are not there: exit 2', async (t) => {
  const env = { TLS_CERT_FILE: '/none.crt', TLS_KEY_FILE: '/none.key' };
  const { stderr, code } = await runDynamoctl(OPERATOR, env);
  t.equal(code, 2);
  t.match(stderr, /^dynamoctl operator: TLS_CERT_FILE="\/none.crt" .*; TLS_KEY_FILE="\/none.key" .*\n$/);
});

t.test('a port that is taken: exit 1, and which', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { stderr, code } = await runDynamoctl(OPERATOR, { PORT: String(port) });
  t.equal(code, 1);
  t.match(stderr, new RegExp(`^dynamoctl operator: .*EADDRINUSE.*:${port}\n$`));
});

t.test('wrong usage: exit 2', async (t) => {
  for (const word of ['--nonsense', 'surplus']) t.equal((await runDynamoctl([...OPERATOR, word])).code, 2, word);
});

t.test('--help names every setting', async (t) => {
  const { stdout, code } = await runDynamoctl(['operator', '--help']);
  t.equal(code, 0);
  for (const { name } of SETTINGS) {
    t.match(stdout, `--${flagOf(name)} <value>`);
    t.match(stdout.replace(/\s+/g, ' '), `or ${name} in the environment`);
  }
});

t.test('token and certificate are followed while it runs', async (t) => {
  const ca = await authority('CA');
  const [one, two] = [await serverCertificate('one', ca), await serverCertificate('two', ca)];
  const folder = t.testdir({ crt: one.cert, key: one.key, token: 'first\n' });
  const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'crt'), join(folder, 'key')];
  const BEARER_TOKEN_FILE = join(folder, 'token');
  const { port, child, ended } = await ready(t, { TLS_CERT_FILE, TLS_KEY_FILE, BEARER_TOKEN_FILE });
  const body = JSON.stringify(request());
  const post = (token: string) =>
    decided(
      () => https(`https://localhost:${port}/sync`, { ca, body, headers: { authorization: `Bearer ${token}` } }),
      ({ status }) => status,
    );
  t.match(await post('first'), { status: 200, server: 'one' });
  t.match(await post('second'), { status: 401 });
  writeFileSync(BEARER_TOKEN_FILE, 'second\nfirst\n');
  writeFileSync(TLS_CERT_FILE, two.cert);
  writeFileSync(TLS_KEY_FILE, two.key);
  // The files are polled every few seconds; tap's own time-out ends an endless wait.
  let answer = await post('second');
  while (answer.status !== 200 || answer.server !== 'two') {
    await setTimeout(200);
    answer = await post('second');
  }
  t.match(answer, { status: 200, server: 'two' });
  t.match(await post('first'), { status: 200 }, 'while the file holds both, Metacontroller may send either');
  writeFileSync(BEARER_TOKEN_FILE, 'second\n');
  while ((await post('first')).status !== 401) await setTimeout(200);
  t.match(await post('second'), { status: 200 });
  child.kill('SIGINT');
  const { code, lines } = await ended;
  t.equal(code, 0, 'Ctrl-C ends it');
  const said = (message: RegExp) => lines.filter(({ msg }) => message.test(String(msg)));
  t.match(said(/token was read again/), [{ tokens: 2 }, { tokens: 1 }], 'each rotation is logged');
  t.match(said(/^certificate, key and client CA were read again$/), [{ fingerprint256: /^[0-9A-F:]+$/ }]);
  t.match(said(/^a request was refused with 401/), [{ level: 'warn', code: 401, url: '/sync' }], 'and refusals, once');
  t.notMatch(JSON.stringify(lines), /"(first|second)"/, 'but no token');
});
