import { readdirSync, readFileSync } from 'node:fs';

/** A request of Metacontroller and our answer, as text. */
export interface RecordedHook {
  /** The folder below `hooks/`: `sync/pending-created`. */
  name: string;
  hook: string;
  request: string;
  answer: string;
}

const HOOKS = new URL('../../../hooks/', import.meta.url);

/** Every sample in `hooks/`, without the white space that makes it readable: Metacontroller sends none. */
export function recordedHooks(): RecordedHook[] {
  const compact = (path: string): string => JSON.stringify(JSON.parse(readFileSync(new URL(path, HOOKS), 'utf8')));
  return ['sync', 'finalize'].flatMap((hook) =>
    readdirSync(new URL(hook, HOOKS)).map((folder) => ({
      name: `${hook}/${folder}`,
      hook,
      request: compact(`${hook}/${folder}/request.json`),
      answer: compact(`${hook}/${folder}/response.json`),
    })),
  );
}
