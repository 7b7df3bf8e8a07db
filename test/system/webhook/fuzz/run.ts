/**
 * Attacks an operator of its own, as a process with the memory of its container, and says what it answered:
 *   npm run fuzz -- --requests 20000 --seed 1          the fixed attacks and mutations, then slow clients
 *   npm run fuzz -- --seed 1 --only 4711               one of them, and what it sent and got
 */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { once } from 'node:events';
import { startDynamoctl } from '../../../support/worker-process.js';
import { type Figures, FIXED, run } from './campaign.js';
import { post } from './attack.js';

const LIMIT = 1000;
const say = (line: string): void => console.log(line);

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    slow: { type: 'string', default: '20' },
  },
});
const [requests, seed, slow] = [Number(values.requests), Number(values.seed), Number(values.slow)];
const only = values.only === undefined ? undefined : Number(values.only);
for (const [name, value] of Object.entries({ requests, seed, slow, only: only ?? 0 }))
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number from 0 on`);

// The limit of the container, less what does not lie in V8's old space.
const { child, said } = startDynamoctl(['operator', '--host', '127.0.0.1', '--port', '0'], {
  NODE_OPTIONS: '--max-old-space-size=384',
});
let logged = '';
child.stdout?.on('data', (text: string) => (logged += text));
const { port } = (await said(/^ready$/)) as { port: number };

function misdeed(): string | undefined {
  const fault = logged.split('\n').find((line) => /"level":"(error|fatal)"/.test(line));
  logged = '';
  if (child.exitCode !== null || child.signalCode !== null) return 'the operator is dead';
  return fault === undefined ? undefined : `it logged ${fault.slice(0, 600)}`;
}

function* numbers(): Iterable<number> {
  for (let index = 0; index < requests; index++) yield index;
}

function report(figures: Figures): void {
  for (const [status, count] of [...figures.counts].sort(([a], [b]) => a - b))
    say(`${String(count).padStart(8)}  ${status === 0 ? 'closed without an answer' : status}`);
  const { milliseconds, what, index } = figures.slowest;
  say(`slowest answer: ${milliseconds.toFixed(0)} ms, number ${index}: ${what}`);
}

/** Clients that send a byte a second, and one that asks beside them. @returns the slowest answer to it, and how the slow ones ended */
async function slowClients(): Promise<{ slowest: number; ends: string[] }> {
  const bytes = post('{"parent":', { length: 100_000 });
  const sockets = Array.from({ length: slow }, () => connect(port, '127.0.0.1'));
  const ends = sockets.map(async (socket, number) => {
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('error', () => undefined);
    // Half of them do not get beyond the head, the others not beyond the body.
    let sent = number % 2 === 0 ? 10 : bytes.length;
    socket.write(bytes.subarray(0, sent));
    const timer = setInterval(
      () => socket.write(bytes.subarray(sent, ++sent).length > 0 ? bytes.subarray(sent - 1, sent) : ' '),
      1000,
    );
    await once(socket, 'close');
    clearInterval(timer);
    return /^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 'closed';
  });
  let slowest = 0;
  const progress = { done: false };
  const all = Promise.all(ends).finally(() => {
    progress.done = true;
  });
  while (!progress.done) {
    const figures = await run({ port, seed, indexes: [FIXED], limit: LIMIT });
    slowest = Math.max(slowest, figures.slowest.milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { slowest, ends: await all };
}

const figures = await run({
  port,
  seed,
  indexes: only === undefined ? numbers() : [only],
  limit: LIMIT,
  misdeed,
  found: ({ index, what, wrong }) =>
    say(`FAILED number ${index}: ${what}: ${wrong}\n  npm run fuzz -- --seed ${seed} --only ${index}`),
  ...(only !== undefined && {
    seen: ({ what, bytes }, answer) =>
      say(
        `${what}\n--> ${bytes.length} bytes: ${bytes.toString('utf8', 0, 3000)}\n<-- ${answer.status} ${answer.body.slice(0, 3000)}`,
      ),
  }),
});
report(figures);
let failed = figures.failures.length > 0;
if (only === undefined && slow > 0) {
  const { slowest, ends } = await slowClients();
  say(
    `${slow} slow clients ended with ${[...new Set(ends)].sort().join(', ')}; beside them the slowest answer took ${slowest.toFixed(0)} ms`,
  );
  failed ||= slowest > LIMIT || ends.some((end) => end !== '408' && end !== 'closed');
}
say(failed ? 'FAILED' : 'no request got a 5xx, a stack or an answer after more than a second');
child.kill('SIGKILL');
process.exitCode = failed ? 1 : 0;
