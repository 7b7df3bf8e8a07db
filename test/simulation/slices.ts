import { type CampaignResult, type Failure, type Figures, nothing, sum } from './campaign.js';
import type { SaveFile } from './save-file.js';
import { SliceWorker } from './slice-process.js';

/** Some histories of one seed. */
export interface Slice {
  seed: number;
  from: number;
  to: number;
  repeatEvery: number;
}

export interface Simulation {
  seed: number;
  histories: number;
  /** How many processes run them. */
  workers: number;
  /** Told how many histories this run has held so far. */
  progress?: (held: number) => void;
  /** Slices that held before are taken from here, and new ones go there. */
  saved?: SaveFile | undefined;
}

export interface Simulated {
  figures: Figures;
  /** The first claim that broke, in the order of the seeds and their histories. */
  failure: (Failure & { seed: number }) | undefined;
}

/** Histories of one seed, and of what a process runs at a time. */
const OF_A_SEED = 2500;
const OF_A_SLICE = 250;
/** Up to so many histories, every call of a hook is made twice, to compare the bytes; in a longer run one of eight. */
const ALL_TWICE = 10_000;
const ONE_OF = 8;

/** Of so many calls of a hook, one is made twice, in a run of that many histories. */
export const repeatEvery = (histories: number): number => (histories > ALL_TWICE ? ONE_OF : 1);

export function slicesOf({ seed, histories }: Pick<Simulation, 'seed' | 'histories'>): Slice[] {
  return Array.from({ length: Math.ceil(histories / OF_A_SLICE) }, (_, index) => {
    const first = index * OF_A_SLICE;
    const from = first % OF_A_SEED;
    const to = from + Math.min(OF_A_SLICE, histories - first);
    return { seed: seed + Math.floor(first / OF_A_SEED), from, to, repeatEvery: repeatEvery(histories) };
  });
}

/** Runs histories in several processes. What comes out does not depend on how many they are. */
export async function simulate({ seed, histories, workers, progress, saved }: Simulation): Promise<Simulated> {
  const started = performance.now();
  const slices = slicesOf({ seed, histories });
  const results = new Map<Slice, CampaignResult>();
  for (const slice of slices) {
    const figures = saved?.figuresOf(slice);
    if (figures) results.set(slice, { figures, failure: undefined });
  }
  const left = slices.filter((slice) => !results.has(slice));
  let held = 0;
  const work = async (): Promise<void> => {
    const worker = new SliceWorker((more) => progress?.((held += more)));
    try {
      for (let slice = left.shift(); slice; slice = left.shift()) {
        const result = await worker.run(slice);
        results.set(slice, result);
        if (!result.failure) saved?.save(slice, result.figures);
        // What comes before it is done, or under way.
        if (result.failure) left.length = 0;
      }
    } finally {
      worker.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(left.length, workers) }, work));
  const { figures, failure } = merged(slices, results);
  return { figures: { ...figures, milliseconds: performance.now() - started }, failure };
}

/** The sum of all slices up to the first that broke a claim. */
function merged(slices: readonly Slice[], results: ReadonlyMap<Slice, CampaignResult>): Simulated {
  let figures = nothing();
  for (const slice of slices) {
    const result = results.get(slice);
    if (!result) break;
    figures = sum(figures, result.figures);
    if (result.failure) return { figures, failure: { ...result.failure, seed: slice.seed } };
  }
  return { figures, failure: undefined };
}
