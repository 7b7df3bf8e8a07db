/** Runs slices of histories for the process that has started it. */
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { campaign } from './campaign.js';
import type { Said } from './slice-process.js';
import type { Slice } from './slices.js';

const REPORT_EVERY = 50;

const say = (said: Said): void => void process.send?.(said);

async function run({ seed, from, to, repeatEvery }: Slice): Promise<void> {
  let unsaid = 0;
  const held = (): void => {
    if (++unsaid < REPORT_EVERY) return;
    say({ held: unsaid });
    unsaid = 0;
  };
  const result = await campaign({ seed, from, histories: to, repeatEvery, hooks: { sync, finalize }, held });
  const { histories } = result.figures;
  if (!result.failure && histories !== to - from) throw new Error(`${histories} histories of ${to - from} were run`);
  say({ held: unsaid });
  say({ result });
}

process.on('message', (slice: Slice) => void run(slice));
process.on('disconnect', () => process.exit());
