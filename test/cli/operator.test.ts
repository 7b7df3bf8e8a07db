import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { SETTINGS, flagOf } from '../../src/cli/settings.js';
import { request } from '../support/builders.js';
import { authority, serverCertificate } from '../support/certificates.js';
import { https } from '../support/https.js';

/** `dynamoctl operator` as a process of its own, from the source. */
const ENTRY = fileURLToPath(new URL('../../src/cli/dynamoctl.ts', import.meta.url));
const NODE_OPTIONS = ['--import', import.meta.resolve('tsx')];

type Env = Record<string, string>;

function start(t: Test, args: string[], env: Env = {}) {
  const child = spawn(process.execPath, [...NODE_OPTIONS, ENTRY, ...args], {
    env: { PATH: process.env['PATH'], HOME: t.testdirName, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, exit };
}

interface Line {
  msg: string;
  port?: number;
}

/** The operator, once it says that it is ready. */
async function ready(t: Test, env: Env) {
  const { child, exit } = start(t, ['operator', '--port', '0', '--host', '127.0.0.1'], env);
  const lines: Line[] = [];
  const errors = text(child.stderr);
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(JSON.parse(line) as Line);
      const { msg, port } = lines.at(-1) as Line;
      if (msg === 'ready' && port !== undefined) resolve(port);
    });
    void exit.then(async ([code]) => reject(new Error(`ended with ${code}: ${await errors}`)));
  });
  return { child, exit, port, lines };
}

/** What it says, and how it ends, when it does not start. */
async function refused(t: Test, args: string[], env: Env = {}) {
  const { child, exit } = start(t, args, env);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}

t.test('serves until it is asked to end, and ends in order', async (t) => {
  const { port, child, exit, lines } = await ready(t, {});
  const url = `http://127.0.0.1:${port}`;
  for (const probe of ['healthz', 'readyz']) t.equal((await fetch(`${url}/${probe}`)).status, 200, probe);
  const answer = await fetch(`${url}/sync`, { method: 'POST', body: JSON.stringify(request()) });
  t.equal(answer.status, 200);
  t.match(await answer.json(), { children: [{ kind: 'Job' }] });
  child.kill('SIGTERM');
  t.same(await exit, [0, null], 'it ends by itself, and well');
  t.match(lines.at(-1)?.msg, 'SIGTERM: no longer ready');
});

t.test('Ctrl-C ends it', async (t) => {
  const { child, exit } = await ready(t, {});
  child.kill('SIGINT');
  t.same(await exit, [0, null]);
});

t.test('wrong settings: all of them, one line, exit 2, no stack', async (t) => {
  const { out, err, code } = await refused(t, ['operator', '--report-seconds', 'x'], { PORT: 'x', LOG_LEVEL: 'x' });
  t.equal(code, 2);
  t.equal(out, '');
  t.match(err, /^dynamoctl operator: wrong settings: PORT="x".*; LOG_LEVEL="x".*; REPORT_SECONDS="x".*\n$/);
});

t.test('files that are not there: exit 2', async (t) => {
  const { err, code } = await refused(t, ['operator'], { TLS_CERT_FILE: '/none.crt', TLS_KEY_FILE: '/none.key' });
  t.equal(code, 2);
  t.match(err, /^dynamoctl operator: TLS_CERT_FILE="\/none.crt" .*; TLS_KEY_FILE="\/none.key" .*\n$/);
});

t.test('a port that is taken: exit 1, and which', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { err, code } = await refused(t, ['operator', '--host', '127.0.0.1'], { PORT: String(port) });
  t.equal(code, 1);
  t.match(err, new RegExp(`^dynamoctl operator: .*EADDRINUSE.*:${port}\n$`));
});

t.test('wrong usage: exit 2', async (t) => {
  for (const args of [
    ['operator', '--nonsense'],
    ['operator', 'surplus'],
    ['operator', '--port'],
  ])
    t.equal((await refused(t, args)).code, 2, args.join(' '));
});

t.test('--help names every setting', async (t) => {
  for (const args of [
    ['operator', '--help'],
    ['help', 'operator'],
  ]) {
    const { out, code } = await refused(t, args);
    t.equal(code, 0);
    for (const { name } of SETTINGS) {
      t.match(out, `--${flagOf(name)} <value>`);
      t.match(out.replace(/\s+/g, ' '), `or ${name} in the environment`);
    }
  }
});

t.test('token and certificate are followed while it runs', async (t) => {
  const ca = await authority('CA');
  const [one, two] = [await serverCertificate('one', ca), await serverCertificate('two', ca)];
  const folder = t.testdir({ crt: one.cert, key: one.key, token: 'first\n' });
  const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'crt'), join(folder, 'key')];
  const BEARER_TOKEN_FILE = join(folder, 'token');
  const { port, child, exit } = await ready(t, { TLS_CERT_FILE, TLS_KEY_FILE, BEARER_TOKEN_FILE });
  const body = JSON.stringify(request());
  const post = (token: string) =>
    https(`https://localhost:${port}/sync`, { ca, body, headers: { authorization: `Bearer ${token}` } });
  t.match(await post('first'), { status: 200, server: 'one' });
  t.match(await post('second'), { status: 401 });
  writeFileSync(BEARER_TOKEN_FILE, 'second\n');
  writeFileSync(TLS_CERT_FILE, two.cert);
  writeFileSync(TLS_KEY_FILE, two.key);
  // The files are looked at every few seconds; tap's own time-out is what ends a wait for ever.
  let answer = await post('second');
  while (answer.status !== 200 || answer.server !== 'two') {
    await setTimeout(200);
    answer = await post('second');
  }
  t.match(answer, { status: 200, server: 'two' });
  t.match(await post('first'), { status: 401 }, 'the token before is not good any more');
  child.kill('SIGINT');
  t.same(await exit, [0, null]);
});
