import type { FastifyInstance } from 'fastify';
import { notJson, tooDeep } from './errors.js';
import { DEEPEST, DEEPEST_CHILD, isDeeper, levelsOf } from './nesting.js';

/** Invalid UTF-8 is rejected, not replaced: a key must arrive exactly as it was sent. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses every body as JSON, whatever its content type, because `curl -d` declares a form. */
export function acceptJsonOfAnyType(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    delete headers['content-type'];
    done();
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    const levels = levelsOf(body as Buffer);
    if (levels > DEEPEST) return done(tooDeep('the body', DEEPEST), undefined);
    try {
      const value: unknown = JSON.parse(utf8.decode(body as Buffer));
      // Nearly no body is as deep as that, and needs a look.
      const isTooDeep = levels > DEEPEST_CHILD && isDeeper(childrenOf(value), DEEPEST_CHILD - 1);
      done(isTooDeep ? tooDeep('a child', DEEPEST_CHILD) : null, value);
    } catch {
      done(notJson(), undefined);
    }
  });
}

const childrenOf = (body: unknown): unknown => (body as { children?: unknown } | null)?.children;
