import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Test } from 'tap';

/** A pod as a Service sees it. */
export interface Backend {
  port: number;
}

/**
 * A Service of Kubernetes without Kubernetes: each new connection goes to the next of its endpoints, and stays there. Endpoints follow
 * readiness late, as kube-proxy does: a pod that ends is still given connections until the lag is over.
 */
export class Service {
  readonly #endpoints: Backend[] = [];
  #next = 0;
  #address: AddressInfo | undefined;

  get port(): number {
    if (!this.#address) throw new Error('it does not listen yet');
    return this.#address.port;
  }

  async listen(t: Test): Promise<void> {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const backend = this.#endpoints[this.#next++ % this.#endpoints.length];
      if (!backend) return void client.destroy();
      const upstream = connect(backend.port, '127.0.0.1');
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.setNoDelay(true).pipe(to);
        // A reset is passed on as one, and what is refused is cut off: kube-proxy would do no more.
        from
          .on('error', () => to.resetAndDestroy())
          .on('close', () => {
            sockets.delete(from);
            to.destroySoon();
          });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#address = server.address() as AddressInfo;
    t.teardown(() => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    });
  }

  /** Once its readiness probe succeeds, which is asked every `period` milliseconds, and the lag is over. */
  async add(pod: Backend, { period, lag }: { period: number; lag: number }): Promise<void> {
    while (!(await isReady(pod))) await setTimeout(period);
    await setTimeout(lag);
    this.#endpoints.push(pod);
  }

  /** When the lag is over: the pod is known to end from the moment of its deletion on, whatever its probe says. */
  async remove(pod: Backend, { lag }: { lag: number }): Promise<void> {
    await setTimeout(lag);
    this.#endpoints.splice(this.#endpoints.indexOf(pod), 1);
  }
}

const isReady = ({ port }: Backend): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
