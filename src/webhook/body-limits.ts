import type { FastifyInstance } from 'fastify';
import { overloaded } from './errors.js';

export const MIB = 1024 * 1024;

/**
 * The longest body. For whoever must show a token or a certificate: room for a parent and several Jobs, each up to the API server's
 * limit of 1.5 MiB plus managedFields. For everybody: room for a parent and one Job, as `[],[],…` takes thirty times its length
 * in memory.
 */
export const bodyLimit = (authenticated: boolean): number => (authenticated ? 16 : 4) * MIB;

/** From this length on a body is large. Nearly all of Metacontroller's have about 10 KiB. */
const LARGE = MIB / 2;

/** Bodies that may be in memory at once: two large ones, and 32 MiB of others, so that large ones do not keep those waiting. */
const createRooms = () => ({ large: room(2), other: room(32 * MIB) });

function room(size: number) {
  let free = size;
  return {
    take: (amount: number): boolean => amount <= free && ((free -= amount), true),
    give: (amount: number): void => void (free += amount),
  };
}

/**
 * Reads a body only if there is room for it, and asks the client to come again if not. The length that is declared counts, so the
 * answer comes before the body; a body without a length, which Metacontroller never sends, counts as large. Bodies that are too
 * long are left to Fastify, which reads the declared length as well.
 */
export function limitBodies(app: FastifyInstance): void {
  const rooms = createRooms();
  app.addHook('onRequest', ({ headers }, reply, done) => {
    const length = Number(headers['content-length'] ?? Infinity);
    const [{ take, give }, amount] = length >= LARGE ? [rooms.large, 1] : [rooms.other, length];
    if (!take(amount)) {
      reply.header('retry-after', '1');
      return done(overloaded());
    }
    // Also where the client goes away in mid-request, of which Fastify's hooks do not hear.
    reply.raw.once('close', () => give(amount));
    done();
  });
}
