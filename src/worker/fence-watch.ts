import { EXIT_CODES } from '../api/exit-codes.js';
import { Failure, Interruption } from '../api/failure.js';
import { PLURAL } from '../api/names.js';
import type { Mode } from '../api/states.js';
import type { TargetIdentity } from '../api/status.js';
import type { Caps, Clock, Log } from '../deletion/runtime.js';
import {
  type EarlierEnd,
  type EarlierVerification,
  type Fence,
  type FenceAnswer,
  fenceAnswer,
  FENCE_LIMIT_MS,
  type FenceMemory,
  FENCE_PATIENCE_MS,
  FENCE_PERIOD_MS,
  type FenceSelf,
  NO_MEMORY,
  WORKERS_FENCE,
} from './fence.js';
import type { Parent } from './parent.js';
import { type LiveParent, readLiveParent } from './live-parent.js';
import type { PatchParent, Shutdown } from './runtime.js';

const RETRY_MS = 1_000;
const PAUSE_POLL_MS = 250;

export interface FenceWatchOptions {
  parent: Parent;
  mode: Mode;
  /** The capacity limits that this worker was started with. */
  caps: Caps;
  /** Those that hold where the parent sets none. */
  defaultCaps?: Caps;
  shutdown: Pick<Shutdown, 'signal' | 'stop'>;
  clock: Clock;
  log: Log;
  patch: PatchParent;
  /** The rules for judging answers; tests pass in broken ones. */
  fence?: Fence;
}

/**
 * Watches the resource that a worker works for, and stops the worker when it must not continue. The answer to every patch is
 * judged, whether the patch was one of the watch's own dry runs or a report.
 */
export class FenceWatch {
  readonly #options: FenceWatchOptions;
  readonly #fence: Fence;
  readonly #ended = new AbortController();
  #memory = NO_MEMORY;
  #target: TargetIdentity | undefined;
  #answers = 0;
  /** How many were asked, and the latest of those that showed the parent: answers may overtake each other. */
  #questions = 0;
  #seen = 0;
  readonly #began: number;
  #warned = false;
  #fresh = new AbortController();
  #isExpiring = false;
  #caps: Caps;
  #setCaps: (caps: Caps) => void = () => {};
  #first: LiveParent | undefined;
  #latest: LiveParent | undefined;

  constructor(options: FenceWatchOptions) {
    this.#options = options;
    this.#fence = options.fence ?? WORKERS_FENCE;
    this.#caps = options.caps;
    this.#began = options.clock.now();
  }

  /** The parent as first seen: the progress it shows was made by earlier attempts. */
  get first(): LiveParent | undefined {
    return this.#first;
  }

  /** The parent as last seen. */
  get latest(): LiveParent | undefined {
    return this.#latest;
  }

  /** How an earlier attempt of this Job has ended for good, as far as the parent still shows its report. */
  get endedBefore(): EarlierEnd | undefined {
    return this.#latest && this.#fence.endedBefore(this.#latest, this.#self);
  }

  get memory(): FenceMemory {
    return this.#memory;
  }

  /** Starts watching the parent: now and every few seconds. */
  start(): void {
    void this.#watch();
  }

  /**
   * Registers the target that this worker found: from now on every answer is judged against it, so a parent that records another
   * target stops the worker. Waits until one answer has been judged this way. This does not inform the parent; the first report does
   * that.
   * @returns when an earlier attempt of this Job verified that the target is empty, if one did: nothing may be deleted after that
   * @throws Failure GuardRefused, if an earlier attempt of this Job refused; the reason of the shutdown that the parent, or its silence, asks for
   */
  async register(target: TargetIdentity): Promise<{ verifiedAt: string } | undefined> {
    this.#target = target;
    const ended = await this.lookBack();
    return ended && { verifiedAt: ended.at };
  }

  /**
   * Asks for the parent until an answer comes.
   * @returns how an earlier attempt of this Job verified that the target is empty, if one did
   * @throws Failure GuardRefused, if an earlier attempt of this Job refused; the reason of the shutdown that the parent, or its silence, asks for
   */
  async lookBack(): Promise<EarlierVerification | undefined> {
    const { clock, shutdown } = this.#options;
    const answersBefore = this.#answers;
    await this.#look();
    while (this.#answers === answersBefore) {
      shutdown.signal.throwIfAborted();
      await clock.sleep(RETRY_MS, shutdown.signal);
      shutdown.signal.throwIfAborted();
      await this.#look();
    }
    shutdown.signal.throwIfAborted();
    const ended = this.endedBefore;
    if (ended?.kind === 'refused') throw new Failure('GuardRefused', ended.message);
    return ended;
  }

  get #self(): FenceSelf {
    const { parent, mode } = this.#options;
    return { parentUID: parent.uid, jobUID: parent.jobUID, mode, target: this.#target };
  }

  /** Waits while the last answer is too old to write on. */
  async mayWrite(): Promise<void> {
    const { clock, shutdown, log } = this.#options;
    const allowed = () => this.#fence.mayWrite(this.#memory, clock.now());
    if (allowed()) return;
    log.warn({}, `the API server has not answered for ${FENCE_LIMIT_MS / 1000} s: no new writes until it does`);
    while (!allowed() && !shutdown.signal.aborted) await clock.sleep(PAUSE_POLL_MS, shutdown.signal);
    if (!shutdown.signal.aborted) log.info({}, 'the API server answers again: continuing');
  }

  /**
   * For the moment before a write goes out: undefined where it must not, because the last answer is too old or the worker must stop;
   * else a signal that aborts if the answer expires and no other has come.
   */
  writeSignal(): AbortSignal | undefined {
    const { clock, shutdown } = this.#options;
    const admitted = !shutdown.signal.aborted && this.#fence.mayWrite(this.#memory, clock.now());
    return admitted ? this.#fresh.signal : undefined;
  }

  /** Calls back with the parent's capacity limits: immediately with those known, and again whenever they change. */
  followCaps(setCaps: (caps: Caps) => void): void {
    this.#setCaps = setCaps;
    setCaps(this.#caps);
  }

  /** Patches the parent's metadata, provided it is still the parent that this worker works for, and judges the answer. */
  async patch(metadata: object, { dryRun }: { dryRun: boolean }): Promise<FenceAnswer['kind']> {
    const { patch, parent, clock } = this.#options;
    // An answer is as old as its request.
    const askedAt = clock.now();
    const question = ++this.#questions;
    let answer: FenceAnswer;
    try {
      const { status, body } = await patch({ metadata: { uid: parent.uid, ...metadata } }, { dryRun });
      answer = fenceAnswer(status, body);
    } catch (error) {
      answer = { kind: 'none', why: error instanceof Error ? error.message : String(error) };
    }
    this.#judge(answer, askedAt, question);
    return answer.kind;
  }

  /** Stops watching. The answer to the last report does not stop the worker. */
  end(): void {
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const began = clock.now();
      await this.#look();
      await clock.sleep(Math.max(0, FENCE_PERIOD_MS - (clock.now() - began)), signal);
    }
  }

  async #look(): Promise<void> {
    await this.patch({}, { dryRun: true });
  }

  #judge(answer: FenceAnswer, askedAt: number, question: number): void {
    const { mode } = this.#options;
    const { memory, verdict } = this.#fence.verdict(this.#memory, answer, this.#self, askedAt);
    this.#memory = memory;
    if (answer.kind === 'none') this.#unanswered(answer);
    else {
      this.#answers++;
      void this.#expire();
    }
    if (answer.kind === 'parent' && question > this.#seen) {
      this.#seen = question;
      this.#see(readLiveParent(answer.parent, mode));
    }
    if (verdict.kind === 'stop')
      this.#stop(new Interruption(verdict.exitCode, verdict.message, verdict.final ? 'GuardRefused' : undefined));
  }

  /** Has the writes in flight given up once the last answer has expired. */
  async #expire(): Promise<void> {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    const { clock } = this.#options;
    const { signal } = this.#ended;
    for (let left = this.#timeLeft(); left > 0 && !signal.aborted; left = this.#timeLeft())
      await clock.sleep(left, signal);
    this.#isExpiring = false;
    if (signal.aborted) return;
    this.#fresh.abort();
    this.#fresh = new AbortController();
  }

  /** For how long the last answer is still valid, in milliseconds. */
  #timeLeft(): number {
    return (this.#memory.lastAnswer ?? -Infinity) + FENCE_LIMIT_MS - this.#options.clock.now();
  }

  #stop(why: Interruption): void {
    if (!this.#ended.signal.aborted) this.#options.shutdown.stop(why);
  }

  #unanswered({ why, status }: Extract<FenceAnswer, { kind: 'none' }>): void {
    const { clock, log } = this.#options;
    if (status !== undefined && !this.#warned) {
      this.#warned = true;
      log.warn({ why }, 'the API server does not let this worker see its DdbctlDpJob: without that it writes nothing');
    }
    if (!this.#fence.mustGiveUp(this.#memory, this.#began, clock.now())) return;
    const since = this.#memory.lastAnswer === undefined ? '' : ' since it last did';
    const hint = status === 403 ? `; the service account needs the verb patch on ${PLURAL} (a Role)` : '';
    const message = `the API server has not shown this worker its DdbctlDpJob for ${FENCE_PATIENCE_MS / 1000} s${since}: ${why}${hint}`;
    this.#stop(new Interruption(EXIT_CODES.Incomplete, message, 'Incomplete'));
  }

  #see(live: LiveParent): void {
    this.#first ??= live;
    this.#latest = live;
    const names = Object.keys(live.caps) as (keyof Caps)[];
    const caps = Object.fromEntries(names.map((name) => [name, this.#wanted(name, live)])) as Caps;
    if (names.every((name) => this.#caps[name] === caps[name])) return;
    this.#caps = caps;
    this.#setCaps(caps);
    this.#options.log.info(caps, 'the capacity limits changed');
  }

  /** A limit that cannot be read lifts none: the last one that could be read holds. One that is taken away leaves the default. */
  #wanted(name: keyof Caps, { caps }: LiveParent): number | undefined {
    const cap = caps[name];
    return cap === 'unreadable' ? this.#caps[name] : (cap ?? this.#options.defaultCaps?.[name]);
  }
}
