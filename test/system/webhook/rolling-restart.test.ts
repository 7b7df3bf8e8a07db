import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { request } from '../../support/builders.js';
import { Service } from '../../support/service.js';
import { type Ended, startDynamoctl } from '../../support/worker-process.js';

/**
 * A rolling restart loses no request: what a client asks over connections that it keeps is decided, or it is told to come again. Two
 * real operators behind a Service that learns late who has begun to end, as in the Deployment.
 */

interface Deployment {
  spec: {
    strategy: { rollingUpdate: { maxUnavailable: number; maxSurge: number } };
    template: { spec: { terminationGracePeriodSeconds: number } };
  };
}
const deployment = parse(
  readFileSync(new URL('../../../manifests/operator/deployment.yaml', import.meta.url), 'utf8'),
) as Deployment;
const GRACE = deployment.spec.template.spec.terminationGracePeriodSeconds * 1000;

/** How late endpoints follow, in milliseconds, one restart after the other: at once, as usual, and on a large or busy cluster. */
const LAGS = [0, 1000, 5000];
/** A request every so many milliseconds: far more than Metacontroller's for a thousand resources. */
const EVERY = 20;
const BODY = JSON.stringify(request());

interface Pod {
  port: number;
  /** Deletes the pod as the kubelet does: SIGTERM, and SIGKILL after the grace period. */
  end: () => Promise<Ended & { killed: boolean }>;
}

async function startPod(t: Test): Promise<Pod> {
  const { child, said, ended } = startDynamoctl(['operator', '--host', '127.0.0.1', '--port', '0']);
  t.teardown(() => child.kill('SIGKILL'));
  const { port } = (await said(/^ready$/)) as { port: number };
  return {
    port,
    end: async () => {
      let killed = false;
      child.kill('SIGTERM');
      const grace = globalThis.setTimeout(() => (killed = child.kill('SIGKILL')), GRACE);
      const end = await ended;
      clearTimeout(grace);
      return { ...end, killed };
    },
  };
}

/** A client that asks at a steady rate, and again after a second where it is told to. */
class Client {
  decided = 0;
  again = 0;
  readonly lost: string[] = [];
  // In turn, so that each connection is used all the time. One that lies idle may be used just as a server closes it: no server can help that.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 10, scheduling: 'fifo' });
  readonly #asked: Promise<void>[] = [];
  #stopped = false;

  constructor(readonly port: number) {}

  async ask(): Promise<void> {
    while (!this.#stopped) {
      this.#asked.push(this.#request());
      await setTimeout(EVERY);
    }
  }

  /** Once every request has been decided or is lost. */
  async end(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#asked);
    this.#agent.destroy();
  }

  async #request(): Promise<void> {
    try {
      for (let tries = 0; tries < 20; tries++) {
        const outgoing = httpRequest({
          port: this.port,
          host: '127.0.0.1',
          method: 'POST',
          path: '/sync',
          agent: this.#agent,
        });
        outgoing.end(BODY);
        const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
        const body = await text(answer);
        if (answer.statusCode === 200 && body.includes('"children":[{')) {
          this.decided++;
          return;
        }
        if (answer.statusCode !== 429 || answer.headers['retry-after'] !== '1')
          return void this.lost.push(`${answer.statusCode} ${body}`);
        this.again++;
        await setTimeout(1000);
      }
      this.lost.push('never decided');
    } catch (error) {
      this.lost.push(String(error));
    }
  }
}

t.test('a rolling restart under load loses no request', async (t) => {
  t.match(deployment.spec.strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 }, 'one comes, then one goes');
  const service = new Service();
  await service.listen(t);
  const pods = [await startPod(t), await startPod(t)];
  for (const pod of pods) await service.add(pod, { period: 50, lag: 0 });
  const client = new Client(service.port);
  const asking = client.ask();
  for (const lag of LAGS) {
    const before = client.decided;
    const next = await startPod(t);
    await service.add(next, { period: 500, lag });
    const last = pods.shift()!;
    pods.push(next);
    const [end] = await Promise.all([last.end(), service.remove(last, { lag })]);
    t.match(
      { code: end.code, killed: end.killed },
      { code: 0, killed: false },
      `endpoints ${lag} ms late: it ends by itself`,
    );
    t.same(client.lost, [], `endpoints ${lag} ms late: nothing is lost`);
    t.ok(client.decided > before, 'and requests went on');
  }
  await client.end();
  await asking;
  t.same(client.lost, [], `none of ${client.decided} requests was lost; ${client.again} answers were to come again`);
  t.ok(client.decided > 200, 'under load');
  t.ok(client.again > 0, 'some met a replica that was ending');
});

/** Go's client opens connections ahead and sends their first request later. */
t.test('a connection that was opened before, and is used when the replica is about to end', async (t) => {
  const pod = await startPod(t);
  const [early, silent] = [connect(pod.port, '127.0.0.1'), connect(pod.port, '127.0.0.1')];
  t.teardown(() => silent.destroy());
  await Promise.all([once(early, 'connect'), once(silent, 'connect')]);
  const ended = pod.end();
  // Until the port is closed: then the replica waits only for the connections that it has.
  while (await accepts(pod.port)) await setTimeout(50);
  const answer = text(early);
  early.write(`POST /sync HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY}`);
  t.match(await answer, /^HTTP\/1\.1 429 [^]*retry-after: 1/i, 'is told to come again');
  t.match(await ended, { code: 0, killed: false }, 'and a client that says nothing does not keep it');
});

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
