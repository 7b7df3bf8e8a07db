/**
 * Many histories, with progress: `npm run simulation -- --histories 1000000 --seed 1 --workers 2 --save FILE`.
 * With --save, a run that was interrupted goes on where it was.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asCase, ENOUGH, enoughHeld, figuresText, neverJudged, tallyLines } from './campaign.js';
import { ProgressLine } from './progress-line.js';
import { codeDigest, SaveFile } from './save-file.js';
import { repeatEvery, simulate, slicesOf } from './slices.js';

const say = (line: string): void => console.log(line);

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      histories: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: process.env.SIMULATION_WORKERS ?? String(availableParallelism()) },
      save: { type: 'string' },
    },
  });
  const [histories, seed, workers] = (['histories', 'seed', 'workers'] as const).map((name) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} is ${values[name]}; it must be a whole number above 0`);
  }) as [number, number, number];
  const folders = ['../../src', '../models', '.'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  const saved =
    values.save === undefined ? undefined : new SaveFile(values.save, { seed, histories, code: codeDigest(folders) });
  const before = slicesOf({ seed, histories }).reduce(
    (sum, slice) => sum + (saved?.figuresOf(slice)?.histories ?? 0),
    0,
  );

  const every = repeatEvery(histories);
  say(
    `${histories} histories from seed ${seed} in ${workers} processes; same-bytes ${every === 1 ? 'at every call' : `at one call of ${every}`}`,
  );
  if (before > 0) say(`${before} of them have held before, see ${values.save}`);
  const line = new ProgressLine(histories - before, () => performance.now(), say);
  const { figures, failure } = await simulate({ seed, histories, workers, saved, progress: (held) => line.held(held) });
  say(figuresText(figures));
  tallyLines(figures).forEach(say);
  const wrong = [
    ...(failure ? [`seed ${failure.seed} breaks a claim:\n${asCase(failure)}`] : []),
    ...enoughHeld(figures).map((kind) => `too few: ${kind}`),
    ...(histories < ENOUGH ? [] : neverJudged(figures)).map((claim) => `never judged: ${claim}`),
  ];
  wrong.forEach(say);
  say(wrong.length === 0 ? 'no claim is broken' : 'FAILED');
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
