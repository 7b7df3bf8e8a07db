import { writeFileSync } from 'node:fs';
import { FIGURES, type Figures, measureRun, reached, summary } from './measure-scenario.js';
import { SCENARIOS, type Scenario } from './scenarios.js';

/**
 * `npm run bench:pace` deletes in virtual time against a model of DynamoDB, and prints a table of what was measured beside what must
 * be reached. An argument selects scenarios by a part of their names; PACE_JSON names a file that gets all figures of all seeds.
 */
const [wanted = ''] = process.argv.slice(2);
const HEADINGS = { unitsPerSecond: 'WCU/s', wasted: 'wasted %', ofIdeal: 'of ideal %', productionRefused: 'refused %' };

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function cells({ target }: Scenario, runs: readonly Figures[]): string[] {
  return FIGURES.map((figure) => {
    const value = summary(runs, figure, target.worst === true);
    const met = reached(target, figure, value);
    if (met === undefined) return shown(value);
    const sign = figure === 'unitsPerSecond' || figure === 'ofIdeal' ? '≥' : '≤';
    return `${shown(value)} (${sign} ${target[figure]}: ${met ? 'yes' : '**no**'})`;
  });
}

const all: Record<string, Figures[]> = {};
console.log(`| scenario | seeds | ${FIGURES.map((figure) => HEADINGS[figure]).join(' | ')} |`);
console.log(`| --- | --- |${FIGURES.map(() => ' --- |').join('')}`);
for (const scenario of SCENARIOS.filter(({ name }) => new RegExp(wanted).test(name))) {
  const runs: Figures[] = [];
  for (const seed of scenario.seeds) runs.push(await measureRun(scenario, seed));
  all[scenario.name] = runs;
  const seeds = scenario.seeds.length > 3 ? `1–${scenario.seeds.length}, the worst` : scenario.seeds.join(', ');
  console.log(`| ${scenario.name} | ${seeds} | ${cells(scenario, runs).join(' | ')} |`);
}
if (process.env.PACE_JSON !== undefined) writeFileSync(process.env.PACE_JSON, JSON.stringify(all, undefined, 1));
