import { REPORT_ANNOTATION } from '../api/names.js';
import type { Mode } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import type { AttemptOutcome } from '../deletion/outcome.js';
import type { Clock } from '../deletion/runtime.js';
import { Failure } from '../api/failure.js';
import { cumulativeProgress, progressBefore } from './earlier-attempts.js';
import type { FenceAnswer } from './fence.js';
import type { FenceWatch } from './fence-watch.js';
import type { Parent } from './parent.js';
import { annotatedReport, buildReport } from './report.js';

const RETRY_MS = 1_000;
/** Reports are sent up to a fifth of their interval early or late, so that a thousand workers do not report at the same moment. */
const JITTER = 0.2;
/** How often the worker looks whether there is something to tell about what keeps it from its table, in milliseconds. */
const OBSTACLE_MS = 5_000;
/** After this time, in milliseconds, it tells that it has not reached its table, even if nothing has failed yet. */
const SILENCE_MS = 15_000;
const NO_ANSWER_YET = 'no answer yet: neither from where its credentials come from, nor from DynamoDB';
/** How long the worker tries to have its first report accepted, in milliseconds. */
const FIRST_REPORT_MS = 120_000;
/** How long the last report may take, in milliseconds, because the pod has little time left. */
const LAST_REPORT_MS = 5_000;

export interface ReporterOptions {
  parent: Parent;
  mode: Mode;
  reportSeconds: number;
  clock: Clock;
  /** The time of day, RFC 3339 in whole seconds. */
  timestamp: () => string;
  /** Sends the reports: the answer to a report says as much about the parent as the answer to a dry run. */
  watch: Pick<FenceWatch, 'patch' | 'first' | 'endedBefore'>;
}

/** The state of the first report with a target: a worker deletes nothing that no later attempt can know of. */
interface Announcement {
  made: Promise<void>;
  succeed: () => void;
  fail: (why: Failure) => void;
}

/** Reports a worker's progress and, at the end, its outcome in an annotation on the resource that it works for. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #ended = new AbortController();
  #target: TargetIdentity | undefined;
  #progress: () => Progress = () => ({});
  #obstacle: string | undefined;
  readonly #announcement = announcement();
  #isAnnounced = false;
  #stopped: Promise<void> | undefined;
  /** Reports are sent one after the other, so that an old one cannot overwrite a newer one. */
  #lastSent: Promise<unknown> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** From the worker's start: reports what keeps it from its table, if something does. */
  begin(): void {
    void this.#reportObstacles();
  }

  /** What keeps the worker from its table now; undefined if nothing does. */
  hindered(by: string | undefined): void {
    this.#obstacle = by;
  }

  /** Reports the target now, and the progress about every `reportSeconds`. */
  start(target: TargetIdentity): void {
    this.#target = target;
    // The end that an earlier attempt reported stays on record until this one has an end of its own.
    if (this.#options.watch.endedBefore) this.#announced();
    else void this.#reportRegularly();
  }

  /**
   * Resolves once the parent shows that this attempt has begun, or `signal` aborts. Before that nothing may be deleted: a later
   * attempt would take its own counts for all that was deleted.
   * @throws Failure Incomplete, if no report is accepted for two minutes
   */
  async announced(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#isAnnounced) return;
    // One for all ranges that wait: Node.js takes more than ten listeners of a signal for a leak.
    this.#stopped ??= new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#announcement.made, this.#stopped]);
  }

  /** From now on, takes this attempt's progress from `progress`. */
  follow(progress: () => Progress): void {
    this.#progress = progress;
  }

  /** The progress of this attempt and of all earlier ones. */
  cumulative(own: Progress): Progress {
    const { watch, mode, parent } = this.#options;
    return cumulativeProgress(watch.first && progressBefore(watch.first, parent.jobUID, mode), own, mode);
  }

  /** Sends the last report, with the outcome. Nothing is sent after it. */
  async end(outcome: AttemptOutcome): Promise<void> {
    const { clock } = this.#options;
    this.#ended.abort();
    if (!this.#isNews(outcome)) return;
    const tooLate = clock.sleep(LAST_REPORT_MS);
    const send = async (): Promise<void> => {
      const deadline = clock.now() + LAST_REPORT_MS;
      while ((await this.#reportLast(outcome)) === 'none' && clock.now() < deadline) await clock.sleep(RETRY_MS);
    };
    await Promise.race([send(), tooLate]);
  }

  /** The end that an earlier attempt reported gives way only to another end of the run. */
  #isNews({ state }: AttemptOutcome): boolean {
    return !this.#options.watch.endedBefore || state === 'PartitionDeleted' || state === 'GuardRefused';
  }

  /** A worker that has not seen its parent does not know what earlier attempts did: it looks first. Such a worker deleted nothing. */
  async #reportLast(outcome: AttemptOutcome): Promise<FenceAnswer['kind']> {
    const { watch } = this.#options;
    await this.#lastSent;
    if (watch.first) return this.#report(outcome);
    const seen = await watch.patch({}, { dryRun: true });
    if (seen !== 'parent' || !this.#isNews(outcome)) return seen;
    return this.#report({ ...outcome, progress: this.cumulative(outcome.progress) });
  }

  async #reportRegularly(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    await this.#announce();
    let spent = 0;
    for (;;) {
      await clock.sleep(Math.max(0, this.#interval() - spent), signal);
      if (signal.aborted) return;
      const began = clock.now();
      await this.#report();
      spent = clock.now() - began;
    }
  }

  async #announce(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    const deadline = clock.now() + FIRST_REPORT_MS;
    while (!signal.aborted && (await this.#report()) === 'none') {
      if (clock.now() >= deadline) this.#announcement.fail(NOT_ACCEPTED);
      await clock.sleep(RETRY_MS, signal);
    }
    this.#announced();
  }

  /** If it has failed before, it stays so. */
  #announced(): void {
    const { succeed, made } = this.#announcement;
    succeed();
    void made.then(() => (this.#isAnnounced = true)).catch(() => {});
  }

  async #reportObstacles(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    const began = clock.now();
    let told: string | undefined;
    for (;;) {
      await clock.sleep(OBSTACLE_MS, signal);
      if (signal.aborted || this.#target) return;
      const obstacle = this.#obstacle ?? (clock.now() - began >= SILENCE_MS ? NO_ANSWER_YET : undefined);
      if (obstacle === undefined || obstacle === told || !this.#knowsParent()) continue;
      if ((await this.#report(undefined, obstacle)) !== 'none') told = obstacle;
    }
  }

  /** Only then does a report keep what the one before it says of earlier attempts, and their end. */
  #knowsParent(): boolean {
    const { first, endedBefore } = this.#options.watch;
    return first !== undefined && endedBefore === undefined;
  }

  #interval(): number {
    const { reportSeconds, clock } = this.#options;
    return reportSeconds * 1000 * (1 - JITTER + 2 * JITTER * clock.random());
  }

  #report(outcome?: AttemptOutcome, waitingFor?: string): Promise<FenceAnswer['kind']> {
    const sent = this.#lastSent.then(() => {
      if (this.#ended.signal.aborted && !outcome) return 'none';
      const { parent, mode, timestamp, watch } = this.#options;
      const report = buildReport(parent, mode, outcome ?? { ...this.#soFar(), waitingFor }, timestamp());
      return watch.patch({ annotations: { [REPORT_ANNOTATION]: annotatedReport(report) } }, { dryRun: false });
    });
    this.#lastSent = sent;
    return sent;
  }

  #soFar(): Pick<AttemptOutcome, 'progress' | 'target'> {
    return { progress: this.cumulative(this.#progress()), ...(this.#target && { target: this.#target }) };
  }
}

const NOT_ACCEPTED = new Failure(
  'Incomplete',
  `the API server has accepted no report of this worker for ${FIRST_REPORT_MS / 1000} s; nothing was deleted`,
);

function announcement(): Announcement {
  const handles: Partial<Announcement> = {};
  const made = new Promise<void>((resolve, reject) => {
    handles.succeed = resolve;
    handles.fail = reject;
  });
  // It may fail while nobody waits for it.
  made.catch(() => {});
  return { ...(handles as Announcement), made };
}
