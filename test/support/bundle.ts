import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const TOOL = fileURLToPath(new URL('../../tools/bundle/bundle.ts', import.meta.url));

/** Makes what the image holds, in a folder from which none of the packages here can be seen. */
export function makeBundle(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-image-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const made = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), TOOL, folder], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`npm run bundle failed: ${made.stdout}${made.stderr}`);
  return folder;
}
