/**
 * A test runner for Stryker that runs the unit tests inside of its own process. Its runner for tap starts a process for each test file
 * and mutant, which costs a second; this one loads a test file and all that it imports once more, in milliseconds. So constants of a
 * module are mutated like everything else.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { Bundles } from './bundles.js';
import { runTestFile } from './in-process.js';
import { Watchdog } from './watchdog.js';

/** What Stryker's instrumented code reads and writes. */
interface Instrumentation {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage | undefined;
}
const instrumentation: Instrumentation = ((globalThis as { __stryker__?: Instrumentation }).__stryker__ ??= {});

/** A test file may take as many times what it took without a mutant, and as many milliseconds more. */
const FACTOR = 3;
const SLACK = 1000;
/** The same for one that is busy all the time: it may only be slow, on a machine that does other work. */
const BUSY_FACTOR = 6;
const BUSY_SLACK = 4000;
/** Without a mutant, a test file has this long. */
const DRY_RUN = 120_000;

const UNIT_TESTS = 'test/unit';

/** How long each test file took without a mutant, in milliseconds. Stryker starts a new process after each mutant that runs forever. */
const DURATIONS = '.durations.json';
/** The mutants that the watchdog has killed. */
const HUNG = '.hung-mutants';

class InProcessRunner implements TestRunner {
  static inject = tokens(commonTokens.options);
  readonly #rooms: readonly string[];
  readonly #root = process.cwd();
  readonly #bundles = new Bundles(this.#root);
  readonly #watchdog = new Watchdog(join(this.#root, HUNG));
  #took = new Map<string, number>();
  /** Whether tests have run in this process: the first takes a hundred times as long. */
  #isWarm = false;
  #files: string[] = [];

  constructor(options: StrykerOptions) {
    this.#rooms = (options as unknown as { rooms: string[] }).rooms;
  }

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    // Tests on an engine take seconds: too long for each mutant.
    process.env.WITHOUT_ENGINES = 'true';
    this.#files = this.#rooms.flatMap((room) => testsIn(this.#root, `${UNIT_TESTS}/${room}`)).sort();
    await this.#bundles.load(this.#files);
  }

  get #durations(): string {
    return join(this.#root, DURATIONS);
  }

  /** What the dry run measured, perhaps in another process. */
  #recallDurations(): void {
    if (this.#took.size > 0) return;
    this.#took = new Map(JSON.parse(readFileSync(this.#durations, 'utf8')) as [file: string, milliseconds: number][]);
  }

  /** Each test file counts as one test. Whatever it runs, while it is loaded or later, counts as covered by it. */
  async dryRun({ files }: DryRunOptions): Promise<DryRunResult> {
    const wanted = this.#files.filter((file) => isOfRooms(file, files ?? []));
    const tests: TestResult[] = [];
    instrumentation.activeMutant = undefined;
    instrumentation.mutantCoverage = { static: {}, perTest: {} };
    for (const file of wanted) {
      instrumentation.currentTestId = file;
      const begin = performance.now();
      const outcome = await runTestFile(this.#bundles, file, DRY_RUN);
      const timeSpentMs = performance.now() - begin;
      this.#took.set(file, timeSpentMs);
      const result = { id: file, name: file, fileName: join(this.#root, file), timeSpentMs };
      if (outcome.kind === 'passed') tests.push({ ...result, status: TestStatus.Success });
      else
        tests.push({
          ...result,
          status: TestStatus.Failed,
          failureMessage: outcome.kind === 'failed' ? outcome.message : 'it did not end',
        });
    }
    instrumentation.currentTestId = undefined;
    this.#isWarm = true;
    writeFileSync(this.#durations, JSON.stringify([...this.#took]));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: instrumentation.mutantCoverage };
  }

  /** The test of the mutated file first, then those of its folder, the quick ones first: most mutants are killed by them. */
  async mutantRun({ activeMutant, hitLimit, sandboxFileName, testFilter }: MutantRunOptions): Promise<MutantRunResult> {
    if (this.#watchdog.hasKilled(activeMutant.id))
      return { status: MutantRunStatus.Timeout, reason: 'a test file took too long' };
    this.#recallDurations();
    const quickFirst = [...(testFilter ?? this.#files)].sort((a, b) => this.#durationOf(a) - this.#durationOf(b));
    const files = byDistance(quickFirst, relative(this.#root, sandboxFileName));
    await this.#warmUp(files);
    for (const [index, file] of files.entries()) {
      const time = FACTOR * this.#durationOf(file) + SLACK;
      Object.assign(instrumentation, {
        activeMutant: activeMutant.id,
        hitCount: hitLimit === undefined ? undefined : 0,
        hitLimit,
      });
      this.#watchdog.begin(activeMutant.id, BUSY_FACTOR * this.#durationOf(file) + BUSY_SLACK);
      const outcome = await runTestFile(this.#bundles, file, time);
      this.#watchdog.end();
      const limit = determineHitLimitReached(instrumentation.hitCount, instrumentation.hitLimit);
      Object.assign(instrumentation, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
      if (limit)
        return { status: MutantRunStatus.Timeout, ...(limit.reason !== undefined && { reason: limit.reason }) };
      if (outcome.kind === 'stuck') return { status: MutantRunStatus.Timeout, reason: `${file} does not end` };
      if (outcome.kind === 'failed')
        return {
          status: MutantRunStatus.Killed,
          killedBy: [file],
          failureMessage: outcome.message,
          nrOfTests: index + 1,
        };
    }
    return { status: MutantRunStatus.Survived, nrOfTests: files.length };
  }

  /** Runs a file without a mutant, as long as that takes. */
  async #warmUp([first]: readonly string[]): Promise<void> {
    if (first !== undefined && !this.#isWarm) await runTestFile(this.#bundles, first, DRY_RUN);
    this.#isWarm = true;
  }

  #durationOf(file: string): number {
    return this.#took.get(file) ?? 0;
  }
}

function testsIn(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file.split(sep).join('/')}`);
}

/** Whether a test is of a room in which something is mutated. Tests of other rooms do not count. */
function isOfRooms(test: string, mutated: readonly string[]): boolean {
  const room = test.split('/')[2];
  return mutated.some((file) => file.split(sep).join('/').includes(`/src/${room}/`));
}

/** Tests in the order of how far they are from the test of the file. */
function byDistance(tests: readonly string[], file: string): string[] {
  const own = file
    .split(sep)
    .join('/')
    .replace(/^src\//, `${UNIT_TESTS}/`)
    .replace(/\.ts$/, '.test.ts');
  const distance = (test: string): number => (test === own ? 0 : dirname(test) === dirname(own) ? 1 : 2);
  return [...tests].sort((a, b) => distance(a) - distance(b));
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];

/** Stryker warns of options that no schema names. */
export const strykerValidationSchema = {
  properties: { rooms: { type: 'array', items: { type: 'string' }, default: ['operator', 'worker', 'deletion'] } },
};
