import type { FastifyInstance } from 'fastify';
import type { OperatorSettings } from './read-settings.js';

/** Every address. Node.js turns IPV6_V6ONLY off, so that IPv4 clients are served as well: a pod has either family, or both. */
const ANY_ADDRESS = '::';
const ANY_IPV4_ADDRESS = '0.0.0.0';

/** What listening on `::` fails with where the kernel, or the pod's network, has no IPv6. */
const WITHOUT_IPV6: readonly unknown[] = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/** Listens on the address of the settings or, without one, on every address that there is. Closes the app if that fails. */
export async function listen(
  app: Pick<FastifyInstance, 'listen' | 'close'>,
  { host, port }: Pick<OperatorSettings, 'host' | 'port'>,
): Promise<void> {
  try {
    if (host === undefined) await listenOnEveryAddress(app, port);
    else await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listenOnEveryAddress(app: Pick<FastifyInstance, 'listen'>, port: number): Promise<void> {
  try {
    await app.listen({ host: ANY_ADDRESS, port });
  } catch (error) {
    if (!WITHOUT_IPV6.includes((error as NodeJS.ErrnoException).code)) throw error;
    await app.listen({ host: ANY_IPV4_ADDRESS, port });
  }
}
