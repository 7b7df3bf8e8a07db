import { readdirSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { slicesOf } from '../simulation/slices.js';
import { textOf } from './pages.js';

interface Step {
  uses?: string;
  run?: string;
}
interface Job {
  'timeout-minutes': number;
  strategy?: { matrix: Record<string, (string | number)[]> };
  env?: Record<string, unknown>;
  steps: Step[];
}
interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const FOLDER = '.github/workflows';
const workflows = new Map(
  readdirSync(new URL(`../../${FOLDER}`, import.meta.url)).map((file) => [
    file,
    parse(textOf(`${FOLDER}/${file}`)) as Workflow,
  ]),
);
const scripts = (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts;
const jobsOf = (file: string): Job[] => Object.values(workflows.get(file)?.jobs ?? {});

/** GitHub ends a job after this many minutes. */
const GITHUB_LIMIT = 360;
/** Histories a second on two cores, with Node.js 24. */
const PACE = 90;

t.test('all workflows use one version of an action, may read and nothing else, and end in time', async (t) => {
  t.same([...workflows.keys()].sort(), ['ci.yml', 'nightly.yml', 'release.yml']);
  const versions = new Map<string, Set<string>>();
  for (const [file, { permissions, jobs }] of workflows) {
    t.same(permissions, { contents: 'read' }, file);
    for (const [name, job] of Object.entries(jobs)) {
      t.ok(job['timeout-minutes'] < GITHUB_LIMIT, `${file}: ${name} ends before GitHub ends it`);
      for (const uses of job.steps.flatMap((step) => step.uses ?? [])) {
        const [action = '', version = ''] = uses.split('@');
        t.match(version, /^(v\d+(\.\d+)*|[0-9a-f]{40})$/, `${file}: ${uses} is pinned`);
        versions.set(action, (versions.get(action) ?? new Set()).add(version));
      }
    }
  }
  for (const [action, found] of versions) t.equal(found.size, 1, `${action}: ${[...found].join(', ')}`);
});

t.test('each script that a workflow runs exists', async (t) => {
  const ran = [...workflows.keys()].flatMap((file) =>
    jobsOf(file).flatMap(({ steps }) => steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (\S+)/g)])),
  );
  for (const [, script = ''] of ran) t.ok(script in scripts, script);
  const nightly = jobsOf('nightly.yml').flatMap(({ steps }) => steps.map(({ run = '' }) => run));
  for (const script of ['simulation', 'fuzz', 'mutation'])
    t.ok(
      nightly.some((run) => run.startsWith(`npm run ${script} -- `)),
      `${script} runs each night`,
    );
});

t.test('a night has a million histories, and no seed twice', async (t) => {
  const { strategy, env, ...job } = workflows.get('nightly.yml')!.jobs.simulation!;
  const [parts, histories] = [strategy!.matrix.part!, Number(env?.HISTORIES)];
  t.equal(parts.length * histories, 1_000_000);
  t.ok(histories / PACE / 60 < job['timeout-minutes'] / 2, 'with time to spare');
  const seed = /--seed "\$\(\((.*)\)\)"/.exec(job.steps.at(-1)?.run ?? '')?.[1] ?? '';
  t.match(seed, /^[ A-Z_\d()*+]+$/, 'the seed is a sum of numbers');
  const seeds = [1, 2, 3, 4321].flatMap((night) =>
    parts.flatMap((part) => {
      const numbers = seed.replace('GITHUB_RUN_NUMBER', String(night)).replace('PART', String(part));
      const first = evaluated(numbers);
      return [...new Set(slicesOf({ seed: first, histories }).map((slice) => slice.seed))];
    }),
  );
  t.ok(seeds.every((each) => Number.isInteger(each) && each > 0));
  t.equal(new Set(seeds).size, seeds.length, 'neither in a night nor in two');
});

/** `( (3 * 8 + 1) * 1000 + 1 )`, as the shell computes it. */
function evaluated(text: string): number {
  const [, night, parts, part, step, first] = /^ *\((\d+) \* (\d+) \+ (\d+)\) \* (\d+) \+ (\d+) *$/.exec(text) ?? [];
  return (Number(night) * Number(parts) + Number(part)) * Number(step) + Number(first);
}
