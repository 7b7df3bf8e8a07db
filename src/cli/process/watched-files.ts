import { unwatchFile, watchFile } from 'node:fs';

/** How often files are looked at, in milliseconds. */
const INTERVAL = 5000;

/**
 * Calls `reload` whenever one of the files changes; by looking at them, as mounted Secrets change by renamed links. What
 * `reload` throws is warned of: the old content stays in use until the files change again, as while a pair is half written.
 *
 * @returns a function that ends it.
 */
export function watchFiles(
  paths: readonly string[],
  reload: () => void,
  warn: (message: string) => void,
  interval = INTERVAL,
): () => void {
  const watched = paths.map((path) => {
    const changed = (): void => {
      try {
        reload();
      } catch (error) {
        warn(`${path} changed and cannot be used yet: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    watchFile(path, { interval, persistent: false }, changed);
    return { path, changed };
  });
  return () => watched.forEach(({ path, changed }) => unwatchFile(path, changed));
}
