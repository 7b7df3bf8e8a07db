import { REPORT_ANNOTATION } from '../api/names.js';
import type { Mode } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import type { AttemptOutcome } from '../deletion/outcome.js';
import { Interruption } from '../api/failure.js';
import type { Caps, Clock, Log } from '../deletion/runtime.js';
import {
  cumulativeProgress,
  type FenceAnswer,
  fenceAnswer,
  FENCE_LIMIT_MS,
  FENCE_PERIOD_MS,
  fenceVerdict,
  mayWrite,
  NO_MEMORY,
  readLiveParent,
} from './fence.js';
import type { Parent } from './input.js';
import { boundedReport, buildReport } from './report.js';
import type { PatchParent, Shutdown } from './runtime.js';

const RETRY_MS = 1_000;
const PAUSE_POLL_MS = 250;
/** Reports come up to a fifth of their interval earlier or later, so that a thousand workers do not report at once. */
const JITTER = 0.2;
/** How long the last report may take, in milliseconds: the pod has little time left. */
const LAST_REPORT_MS = 5_000;

export interface LinkOptions {
  parent: Parent;
  mode: Mode;
  /** Capacity limits that this worker was started with. */
  caps: Caps;
  reportSeconds: number;
  drain: Pick<Shutdown, 'signal' | 'stop'>;
  clock: Clock;
  log: Log;
  /** The time of day, RFC 3339 in whole seconds. */
  timestamp: () => string;
  patch: PatchParent;
}

/** What ties a worker to the resource that it works for: its reports, and the fence that stops it when it must not go on. */
export class ParentLink {
  readonly #ended = new AbortController();
  #memory = NO_MEMORY;
  #target: TargetIdentity | undefined;
  /** What earlier attempts did, from the first answer; null where there was one without any. */
  #before: Progress | null | undefined;
  #own: () => Progress = () => ({});
  #caps: Caps;
  #setCaps: (caps: Caps) => void = () => {};
  #answered = false;
  #saidRefused = false;
  /** Reports go out one after the other, or an old one could overwrite a newer. */
  #reporting: Promise<unknown> = Promise.resolve();
  /** Items that a DryRun counted before. */
  counted: number | undefined;

  constructor(private readonly options: LinkOptions) {
    this.#caps = options.caps;
  }

  /** Begins to look at the parent every few seconds. */
  start(): void {
    void this.#every(FENCE_PERIOD_MS, () => this.#look());
  }

  /**
   * Tells the parent what the target is and hears whether to go on. Waits for an answer as long as one is good for.
   * @throws the reason of the drain that the parent asks for
   */
  async introduce(target: TargetIdentity): Promise<void> {
    const { clock, drain, log } = this.options;
    this.#target = target;
    const patience = clock.now() + FENCE_LIMIT_MS;
    this.#answered = false;
    for (await this.#look(); !this.#answered && clock.now() < patience; await this.#look()) {
      await clock.sleep(RETRY_MS, drain.signal);
      if (drain.signal.aborted) break;
    }
    drain.signal.throwIfAborted();
    if (!this.#answered) log.warn({}, 'the API server does not answer: going on without reports and fence');
    void this.#report();
    const interval = this.options.reportSeconds * 1000;
    void this.#every(
      () => interval * (1 - JITTER + 2 * JITTER * clock.random()),
      () => this.#report(),
    );
  }

  /** Waits while the last answer is too old to write on. */
  async mayWrite(): Promise<void> {
    const { clock, drain, log } = this.options;
    if (mayWrite(this.#memory, clock.now())) return;
    log.warn({}, `the API server has not answered for ${FENCE_LIMIT_MS / 1000} s: no new writes until it does`);
    while (!mayWrite(this.#memory, clock.now()) && !drain.signal.aborted)
      await clock.sleep(PAUSE_POLL_MS, drain.signal);
    if (!drain.signal.aborted) log.info({}, 'the API server answers again: going on');
  }

  /** Takes the counts of this attempt. */
  follow(progress: () => Progress): void {
    this.#own = progress;
  }

  /** Calls back with the parent's capacity limits: at once with the known ones, and again whenever they change. */
  followCaps(setCaps: (caps: Caps) => void): void {
    this.#setCaps = setCaps;
    setCaps(this.#caps);
  }

  /** The counts of this attempt and those before it. */
  cumulative(own: Progress): Progress {
    return cumulativeProgress(this.#before ?? undefined, own, this.options.mode);
  }

  /** The last report, with the outcome. Nothing is sent after it. */
  async end(outcome: AttemptOutcome): Promise<void> {
    const { clock } = this.options;
    this.#ended.abort();
    const late = clock.sleep(LAST_REPORT_MS);
    const send = async (): Promise<void> => {
      const until = clock.now() + LAST_REPORT_MS;
      while ((await this.#report(outcome)) === 'none' && clock.now() < until) await clock.sleep(RETRY_MS);
    };
    await Promise.race([send(), late]);
  }

  async #every(period: number | (() => number), act: () => Promise<unknown>): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.#ended;
    const next = typeof period === 'number' ? () => period : period;
    // The first time is now for the fence, and has just been for the report.
    if (typeof period !== 'number') await clock.sleep(next(), signal);
    while (!signal.aborted) {
      const began = clock.now();
      await act();
      await clock.sleep(Math.max(0, next() - (clock.now() - began)), signal);
    }
  }

  #look(): Promise<FenceAnswer['kind']> {
    return this.#send({}, true);
  }

  #report(outcome?: AttemptOutcome): Promise<FenceAnswer['kind']> {
    const sent = this.#reporting.then(() => {
      const { parent, mode } = this.options;
      if (this.#ended.signal.aborted && !outcome) return 'none';
      const so = outcome ?? { progress: this.cumulative(this.#own()), ...(this.#target && { target: this.#target }) };
      const report = boundedReport(buildReport(parent, mode, so, this.options.timestamp()));
      return this.#send({ annotations: { [REPORT_ANNOTATION]: report } }, false);
    });
    this.#reporting = sent;
    return sent;
  }

  /** Patches the parent, if it is still the one that this worker works for, and judges what comes back. */
  async #send(metadata: object, dryRun: boolean): Promise<FenceAnswer['kind']> {
    const { patch, parent, clock } = this.options;
    // An answer is as old as its question.
    const asked = clock.now();
    let answer: FenceAnswer;
    try {
      const { status, body } = await patch({ metadata: { uid: parent.uid, ...metadata } }, { dryRun });
      answer = fenceAnswer(status, body);
    } catch {
      answer = { kind: 'none' };
    }
    this.#hear(answer, asked);
    return answer.kind;
  }

  #hear(answer: FenceAnswer, asked: number): void {
    const { parent, mode, drain, log } = this.options;
    const self = { parentUID: parent.uid, jobUID: parent.jobUID, mode, target: this.#target };
    const { memory, verdict } = fenceVerdict(this.#memory, answer, self, asked);
    this.#memory = memory;
    if (answer.kind !== 'none') this.#answered = true;
    if (answer.kind === 'refused' && !this.#saidRefused) {
      this.#saidRefused = true;
      log.warn(
        { why: answer.why },
        'this worker may not report to its DdbctlDpJob: going on without reports and fence',
      );
    }
    if (answer.kind === 'parent') {
      const live = readLiveParent(answer.parent, mode);
      if (this.#before === undefined) this.#before = live.progress ?? null;
      this.counted = live.counted;
      this.#takeCaps(live.caps);
    }
    if (verdict.kind === 'stop' && !this.#ended.signal.aborted)
      drain.stop(new Interruption(verdict.exitCode, verdict.message, verdict.final ? 'GuardRefused' : undefined));
  }

  #takeCaps(caps: Caps): void {
    const { maxWriteUnitsPerSecond, maxReadUnitsPerSecond } = this.#caps;
    if (caps.maxWriteUnitsPerSecond === maxWriteUnitsPerSecond && caps.maxReadUnitsPerSecond === maxReadUnitsPerSecond)
      return;
    this.#caps = caps;
    this.#setCaps(caps);
    this.options.log.info(caps, 'the capacity limits changed');
  }
}
