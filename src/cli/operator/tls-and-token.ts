import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type FileSettings, InvalidSettings } from './read-settings.js';

/** The certificate for serving the hooks, and the CA of their clients. */
export interface Tls {
  cert: Buffer;
  key: Buffer;
  ca?: Buffer;
}

/**
 * Reads and tests the certificate, its key and the CA of the clients; undefined if no certificate is set.
 *
 * @throws InvalidSettings naming every file that cannot be read, or the files that do not belong together
 */
export function readTls({ tlsCert, tlsKey, tlsClientCA }: FileSettings): Tls | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const wrong: string[] = [];
  const read = (name: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      wrong.push(unreadable(name, path, error));
      return Buffer.alloc(0);
    }
  };
  const tls: Tls = { cert: read('TLS_CERT_FILE', tlsCert), key: read('TLS_KEY_FILE', tlsKey) };
  if (tlsClientCA !== undefined) tls.ca = read('TLS_CLIENT_CA_FILE', tlsClientCA);
  if (wrong.length > 0) throw new InvalidSettings(wrong.join('; '));
  try {
    createSecureContext(tls);
  } catch (error) {
    const files = tls.ca ? 'TLS_CERT_FILE, TLS_KEY_FILE and TLS_CLIENT_CA_FILE' : 'TLS_CERT_FILE and TLS_KEY_FILE';
    throw new InvalidSettings(`${files} cannot be used: ${(error as Error).message}`);
  }
  return tls;
}

/**
 * Reads the bearer tokens: one per line, blank lines aside.
 *
 * @throws InvalidSettings if the file cannot be read, holds no token or a line that is not one
 */
export function readTokens(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidSettings(unreadable('BEARER_TOKEN_FILE', path, error));
  }
  const tokens = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tokens.length === 0 || !tokens.every((token) => /^\S+$/.test(token)))
    throw new InvalidSettings(`BEARER_TOKEN_FILE="${path}" must hold one token per line and nothing else`);
  return tokens;
}

function unreadable(name: string, path: string, error: unknown): string {
  return `${name}="${path}" cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
}
