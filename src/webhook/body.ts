import type { FastifyInstance } from 'fastify';
import { notJson } from './errors.js';

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
    try {
      done(null, JSON.parse(utf8.decode(body as Buffer)));
    } catch {
      done(notJson(), undefined);
    }
  });
}
