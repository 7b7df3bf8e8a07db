import type { FastifyInstance } from 'fastify';
import { notJson } from './errors.js';

/** A byte that is no UTF-8 is refused, not replaced: a key must arrive exactly as it was sent. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `curl -d` says that it sends a form. Whatever a body is called, it is JSON or it is refused. */
export function acceptJsonOfAnyType(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', async ({ headers }) => {
    delete headers['content-type'];
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(utf8.decode(body as Buffer)));
    } catch {
      done(notJson(), undefined);
    }
  });
}
