import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, runContender } from './contenders.js';
import { IMAGE, imageProgram } from './image-program.js';
import type { Row } from './row.js';
import { measured } from './statistics.js';
import { throttledServer } from './throttled-server.js';

const FIRST_REQUEST = 'start of the process to its first request';
const WHOLE_RUN = 'whole run on an empty partition';
/** What the image's program must reach, in milliseconds. */
const MOST = { [FIRST_REQUEST]: 250, [WHOLE_RUN]: 200 };

/** Starts `dist` and the image's program in turn, each on an empty partition; and Node.js alone, which neither can be faster than. */
export async function measureStarts(dist: Contender, rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
  try {
    const image = { name: IMAGE, command: [process.execPath, imageProgram(folder), 'delete-partition', '-s'] };
    const times = new Map(
      [dist, image].map((contender) => [contender, { first: [] as number[], whole: [] as number[] }]),
    );
    const alone: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [contender, { first, whole }] of times) {
        const { firstRequest, end } = await emptyRun(contender);
        first.push(firstRequest);
        whole.push(end);
      }
      alone.push(nodeAlone());
    }
    const { first, whole } = times.get(image)!;
    return [
      row(FIRST_REQUEST, image.name, first, MOST[FIRST_REQUEST]),
      row(WHOLE_RUN, image.name, whole, MOST[WHOLE_RUN]),
      row(FIRST_REQUEST, dist.name, times.get(dist)!.first),
      row(WHOLE_RUN, dist.name, times.get(dist)!.whole),
      row(WHOLE_RUN, 'node -e 0', alone),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(what: string, contender: string, times: readonly number[], most?: number): Row {
  const value = measured(times);
  const judged = most === undefined ? {} : { must: `≤ ${most}`, reached: value.median <= most };
  return { what, contender, unit: 'ms', value, ...judged };
}

async function emptyRun(contender: Contender): Promise<{ firstRequest: number; end: number }> {
  const server = await throttledServer({ keys: [], bytes: () => 100, ranges: 0 });
  try {
    const start = performance.now();
    const run = runContender(contender, server);
    const firstRequest = (await server.firstRequest()) - start;
    const { exitCode, output } = await run;
    const end = performance.now() - start;
    if (exitCode !== 0) throw new Error(`${contender.name} did not end well: ${output}`);
    return { firstRequest, end };
  } finally {
    await server.close();
  }
}

function nodeAlone(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}
