import { REPORT_ANNOTATION } from '../api/names.js';
import type { Mode } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import type { AttemptOutcome } from '../deletion/outcome.js';
import type { Clock } from '../deletion/runtime.js';
import type { FenceAnswer } from './fence.js';
import type { FenceWatch } from './fence-watch.js';
import type { Parent } from './parent.js';
import { boundedReport, buildReport } from './report.js';

const RETRY_MS = 1_000;
/** Reports are sent up to a fifth of their interval early or late, so that a thousand workers do not report at the same moment. */
const JITTER = 0.2;
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

/** Reports a worker's progress and, at the end, its outcome in an annotation on the resource that it works for. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #ended = new AbortController();
  #target: TargetIdentity | undefined;
  #progress: () => Progress = () => ({});
  /** Reports are sent one after the other, so that an old one cannot overwrite a newer one. */
  #lastSent: Promise<unknown> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Reports the target now, and the progress about every `reportSeconds`. */
  start(target: TargetIdentity): void {
    this.#target = target;
    // The end that an earlier attempt reported stays on record until this one has an end of its own.
    if (this.#options.watch.endedBefore) return;
    void this.#report();
    void this.#reportRegularly();
  }

  /** From now on, takes this attempt's progress from `progress`. */
  follow(progress: () => Progress): void {
    this.#progress = progress;
  }

  /** The progress of this attempt and of all earlier ones. */
  cumulative(own: Progress): Progress {
    const { watch, mode } = this.#options;
    return cumulativeProgress(watch.first?.progress, own, mode);
  }

  /** Sends the last report, with the outcome. Nothing is sent after it. */
  async end(outcome: AttemptOutcome): Promise<void> {
    const { clock } = this.#options;
    this.#ended.abort();
    if (this.#options.watch.endedBefore && outcome.state !== 'PartitionDeleted' && outcome.state !== 'GuardRefused')
      return;
    const tooLate = clock.sleep(LAST_REPORT_MS);
    const send = async (): Promise<void> => {
      const deadline = clock.now() + LAST_REPORT_MS;
      while ((await this.#report(outcome)) === 'none' && clock.now() < deadline) await clock.sleep(RETRY_MS);
    };
    await Promise.race([send(), tooLate]);
  }

  async #reportRegularly(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    let spent = 0;
    for (;;) {
      await clock.sleep(Math.max(0, this.#interval() - spent), signal);
      if (signal.aborted) return;
      const began = clock.now();
      await this.#report();
      spent = clock.now() - began;
    }
  }

  #interval(): number {
    const { reportSeconds, clock } = this.#options;
    return reportSeconds * 1000 * (1 - JITTER + 2 * JITTER * clock.random());
  }

  #report(outcome?: AttemptOutcome): Promise<FenceAnswer['kind']> {
    const sent = this.#lastSent.then(() => {
      if (this.#ended.signal.aborted && !outcome) return 'none';
      const { parent, mode, timestamp, watch } = this.#options;
      const report = buildReport(parent, mode, outcome ?? this.#soFar(), timestamp());
      return watch.patch({ annotations: { [REPORT_ANNOTATION]: boundedReport(report) } }, { dryRun: false });
    });
    this.#lastSent = sent;
    return sent;
  }

  #soFar(): Pick<AttemptOutcome, 'progress' | 'target'> {
    return { progress: this.cumulative(this.#progress()), ...(this.#target && { target: this.#target }) };
  }
}

/**
 * The combined progress of this attempt and the earlier ones. Items that an earlier attempt found but did not delete are found
 * again. After an earlier attempt, the counts are lower bounds: it may have done more than it could report.
 */
export function cumulativeProgress(before: Progress | undefined, own: Progress, mode: Mode): Progress {
  if (!before) return own;
  // A dry run starts over: it recounts what an earlier attempt counted.
  const items = mode === 'Execute' ? (before.itemsDeleted ?? 0) : 0;
  return {
    ...own,
    itemsFound: items + (own.itemsFound ?? 0),
    itemsDeleted: items + (own.itemsDeleted ?? 0),
    writeUnits: (before.writeUnits ?? 0) + (own.writeUnits ?? 0),
    readUnits: (before.readUnits ?? 0) + (own.readUnits ?? 0),
    ...(mode === 'Execute' ? { atLeast: true } : {}),
  };
}
