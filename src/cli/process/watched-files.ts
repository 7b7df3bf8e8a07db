import { unwatchFile, watchFile } from 'node:fs';

/** How often files are polled, in milliseconds. */
const INTERVAL = 5000;

/**
 * Calls `reload` whenever one of the files changes. The files are polled, because mounted Secrets change by renaming links. If
 * `reload` throws, the error is logged and the old content stays in use until the files change again, for instance because the
 * second file of a pair has been written too.
 *
 * @returns a function that stops watching
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
