/** Many histories, with progress: `npm run simulation -- --histories 1000000 --seed 1 --workers 2`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { asCase, ENOUGH, enoughHeld, figuresText, neverJudged, tallyLines } from './campaign.js';
import { ProgressLine } from './progress-line.js';
import { repeatEvery, simulate } from './slices.js';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: process.env.SIMULATION_WORKERS ?? String(availableParallelism()) },
  },
});
const [histories, seed, workers] = [values.histories, values.seed, values.workers].map(Number) as [
  number,
  number,
  number,
];
if (![histories, seed, workers].every((value) => Number.isInteger(value) && value > 0))
  throw new Error('--histories, --seed and --workers are whole numbers above 0');

const say = (line: string): void => console.log(line);
const every = repeatEvery(histories);
say(
  `${histories} histories from seed ${seed} in ${workers} processes; same-bytes ${every === 1 ? 'at every call' : `at one call of ${every}`}`,
);
const line = new ProgressLine(histories, () => performance.now(), say);
const { figures, failure } = await simulate({ seed, histories, workers, progress: (held) => line.held(held) });
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
