import { X509Certificate } from 'node:crypto';
import type { Logger } from 'pino';
import { watchFiles } from '../process/watched-files.js';
import type { FileSettings } from './read-settings.js';
import { readTls, readTokens, type Tls } from './tls-and-token.js';

/** The tokens of the file as they are now. What has been rotated is logged, and never the tokens themselves. */
export function followTokens(path: string, log: Logger): () => readonly string[] {
  let tokens = readTokens(path);
  const reread = (): void => {
    tokens = readTokens(path);
    log.info({ tokens: tokens.length }, `${path} was read again: it holds ${tokens.length} token(s)`);
  };
  watchFiles([path], reread, (message) => log.error(message));
  return () => tokens;
}

/** Applies certificate, key and client CA whenever their files change, and logs which certificate is served from then on. */
export function followTls(files: FileSettings, first: Tls, apply: (tls: Tls) => void, log: Logger): void {
  let current = first;
  const reread = (): void => {
    const tls = readTls(files) ?? current;
    // A mounted Secret changes all its files at once, and each of them is noticed.
    if (same(tls, current)) return;
    apply(tls);
    current = tls;
    const { fingerprint256, validTo } = new X509Certificate(tls.cert);
    log.info({ fingerprint256, validTo }, 'certificate, key and client CA were read again');
  };
  const paths = [files.tlsCert, files.tlsKey, files.tlsClientCA].filter((path) => path !== undefined);
  watchFiles(paths, reread, (message) => log.error(message));
}

const same = (a: Tls, b: Tls): boolean => a.cert.equals(b.cert) && a.key.equals(b.key) && String(a.ca) === String(b.ca);
