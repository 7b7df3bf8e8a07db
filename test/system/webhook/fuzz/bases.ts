import { readdirSync, readFileSync } from 'node:fs';
import { HOOK_NAMES } from '../../../../src/api/hooks.js';
import { recordings, withOurJob } from '../../../support/recordings.js';
import type { Base } from './mutations.js';

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')) as unknown;

const RIGHTS = 'test/recordings/rights';

/** Every request that a real Metacontroller sent, as it was and with our Job in it, and every sample of `hooks/`. */
export function bases(): Base[] {
  const recorded = recordings().flatMap(({ name, hook, request }) => [
    { name: `recording ${name}`, hook, body: request },
    { name: `recording ${name} with our Job`, hook, body: withOurJob(request) },
  ]);
  const rights = readdirSync(new URL(`../../../../${RIGHTS}`, import.meta.url)).map((file): Base => ({
    name: `recording ${file}`,
    hook: file.includes('finalize') ? 'finalize' : 'sync',
    body: read(`${RIGHTS}/${file}`),
  }));
  const samples = HOOK_NAMES.flatMap((hook) =>
    readdirSync(new URL(`../../../../hooks/${hook}`, import.meta.url)).map((name) => ({
      name: `hooks/${hook}/${name}`,
      hook,
      body: read(`hooks/${hook}/${name}/request.json`),
    })),
  );
  return [...recorded, ...rights, ...samples];
}
