import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contenders.js';

const GROUP = 'dynamoctl-bench';
/** Where a memory cgroup is made, and the file of its limit: version 1, then 2. */
const VERSIONS = [
  { folder: join('/sys/fs/cgroup/memory', GROUP), file: 'memory.limit_in_bytes' },
  { folder: join('/sys/fs/cgroup', GROUP), file: 'memory.max' },
];

export interface MemoryLimit {
  /** The contender within the limit. */
  within: (contender: Contender) => Contender;
  remove: () => void;
}

/**
 * The memory limit of a container, which Node.js sizes its heap by; undefined where no cgroup can be made, which takes root on
 * Linux.
 */
export function memoryLimit(bytes: number): MemoryLimit | undefined {
  for (const { folder, file } of VERSIONS) {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, file), String(bytes), { flag: 'r+' });
    } catch {
      try {
        rmdirSync(folder);
      } catch {
        // It was never made.
      }
      continue;
    }
    const enter = `echo $BASHPID > ${join(folder, 'cgroup.procs')} && exec "$@"`;
    return {
      within: (contender) => ({ ...contender, command: ['bash', '-c', enter, 'limited', ...contender.command] }),
      remove: () => rmdirSync(folder),
    };
  }
  return undefined;
}
