import { runOnModel } from '../../models/dynamodb/run-on-model.js';
import type { ModelTable } from '../../models/dynamodb/model-table.js';
import { usageOf } from '../../models/dynamodb/throttling-proxy/index.js';
import type { Scenario, Target } from './scenarios.js';

type Figure = Exclude<keyof Target, 'worst'>;
export type Figures = Record<Figure, number>;

/** Whether more of it is better. */
const MORE_IS_BETTER: Record<Figure, boolean> = {
  unitsPerSecond: true,
  wasted: false,
  ofIdeal: true,
  productionRefused: false,
};
export const FIGURES = Object.keys(MORE_IS_BETTER) as Figure[];

/** What one run measured. */
export async function measureRun({ run }: Scenario, seed: number): Promise<Figures> {
  const { table, writes, milliseconds, production } = await runOnModel({ ...run, seed });
  const usage = usageOf(writes.map((entry) => ({ ...entry, table: '', range: entry.partition })));
  return {
    unitsPerSecond: usage.unitsPerSecond,
    wasted: usage.wasted * 100,
    ofIdeal: (idealMilliseconds(table, run.keys.length) / milliseconds) * 100,
    productionRefused: production === undefined ? 0 : (production.refused / production.asked) * 100,
  };
}

/** What the fullest partition needs at 1000 units a second. */
function idealMilliseconds(table: ModelTable, items: number): number {
  const units: number[] = [];
  for (let item = 0; item < items; item++) {
    const partition = table.partitionOf(item);
    units[partition] = (units[partition] ?? 0) + table.unitsOf(item);
  }
  return Math.max(...units);
}

/** Of all seeds: the median, or the worst where the target asks for it. Of an even number, the worse of the two in the middle. */
export function summary(runs: readonly Figures[], figure: Figure, worst: boolean): number {
  const sorted = runs.map((run) => run[figure]).sort((a, b) => (MORE_IS_BETTER[figure] ? a - b : b - a));
  return worst ? sorted[0]! : sorted[(sorted.length - 1) >> 1]!;
}

/** Undefined where nothing must be reached. */
export function reached(target: Target, figure: Figure, value: number): boolean | undefined {
  const must = target[figure];
  if (must === undefined) return undefined;
  return MORE_IS_BETTER[figure] ? value >= must : value <= must;
}
