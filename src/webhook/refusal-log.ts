import { STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** The statuses with which a client is turned away because it did not prove who it is. */
const UNAUTHENTICATED: readonly number[] = [401, 403];
/** At most one line per status in this time, in milliseconds: Metacontroller may come again every few milliseconds. */
const INTERVAL = 60_000;

/**
 * Logs that clients are rejected because they lack a token or a certificate, and how many since the previous line. After a
 * rotation, Metacontroller itself may be such a client, and then nothing is decided any more.
 */
export function logRefusals(app: FastifyInstance, now: () => Date): void {
  const last = new Map<number, { at: number; since: number }>();
  app.addHook('onResponse', (request, { statusCode }, done) => {
    done();
    if (!UNAUTHENTICATED.includes(statusCode)) return;
    const { at, since } = last.get(statusCode) ?? { at: -Infinity, since: 0 };
    const time = now().getTime();
    if (time - at < INTERVAL) return void last.set(statusCode, { at, since: since + 1 });
    last.set(statusCode, { at: time, since: 0 });
    const line = { code: statusCode, url: request.routeOptions.url, client: request.ip, unlogged: since };
    request.log.warn(line, `a request was refused with ${statusCode} ${STATUS_CODES[statusCode]}`);
  });
}
