import { Failure } from '../../api/failure.js';
import { type ErrorClass, isAnswer, nameOf, outcomeIsUnknown, classOf } from '../../dynamodb/errors.js';
import type { Clock, Log } from '../runtime.js';
import { fullJitter } from './backoff.js';
import { credentialsHint, deniedHint, obstacleOf } from './obstacle.js';
import { Patience, type UnitCaps, WITHOUT_PROGRESS_MS } from './patience.js';

/** How long each kind of failure is retried, in milliseconds. */
export const RETRY_LIMITS = {
  /** Before the endpoint has answered for the first time. */
  firstAnswer: 60_000,
  withoutProgress: WITHOUT_PROGRESS_MS,
  /**
   * Access denied since the last success: changes in IAM take a while to propagate, and so do new credentials, of which a long run
   * takes some every hour.
   */
  denied: 60_000,
  withoutCredentials: 120_000,
  /** There is nothing that could provide credentials: it may have been set up a moment ago. */
  withoutIdentity: 60_000,
} as const;

/** Failures of one kind are logged at most once per this many milliseconds. */
const LOG_INTERVAL_MS = 5_000;

/** A batch of which nothing was processed counts as refused, like one that failed with a throttling exception. */
const NOTHING_PROCESSED = 'every request of a batch came back unprocessed';

export interface RetryHooks extends UnitCaps {
  /** The endpoint, for messages. */
  endpoint?: string | undefined;
  /** Called before the first success, with what keeps the deletion from its table; with undefined once nothing does. */
  onObstacle?: ((why: string | undefined) => void) | undefined;
  /** Called when credentials have expired or were denied, before the next attempt. */
  renewCredentials?: (() => void) | undefined;
  /** Called for each request that was throttled as a whole. */
  onThrottled?: (() => void) | undefined;
  /** Called for each request that succeeded. */
  onAnswer?: (() => void) | undefined;
}

/**
 * Decides whether a failed request is worth retrying, based on one deletion's experience with its endpoint. It gives up after a
 * time without progress, never after a number of attempts.
 */
export class RetryPolicy {
  readonly patience: Patience;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #hooks: RetryHooks;
  readonly #started: number;
  #answered = false;
  #succeeded = false;
  #deniedSince: number | undefined;
  #withoutCredentialsSince: number | undefined;
  #withoutIdentitySince: number | undefined;
  readonly #logged = new Map<ErrorClass, { at: number; since: number }>();

  constructor(clock: Clock, log: Log, hooks: RetryHooks = {}) {
    this.#clock = clock;
    this.#log = log;
    this.#hooks = hooks;
    this.#started = clock.now();
    this.patience = new Patience(() => clock.now(), hooks);
  }

  get #where(): string {
    return this.#hooks.endpoint === undefined ? 'the endpoint' : `the endpoint ${this.#hooks.endpoint}`;
  }

  /** Records that a request succeeded. */
  succeeded(): void {
    if (!this.#succeeded) this.#hooks.onObstacle?.(undefined);
    this.#hooks.onAnswer?.();
    this.#answered = this.#succeeded = true;
    this.#deniedSince = this.#withoutCredentialsSince = undefined;
  }

  /** Records that deletes were accepted, or a page was read. */
  progressed(): void {
    this.patience.progressed();
  }

  /**
   * Judges a failed request.
   * @returns its class, if it is worth retrying
   * @throws Failure, or the error itself, if it is not, or no longer, worth retrying
   */
  judge(error: unknown): ErrorClass {
    if (error instanceof Failure) throw error;
    if (isAnswer(error) && !this.#answered) {
      this.#answered = true;
      this.progressed();
    }
    const errorClass = classOf(error);
    const name = nameOf(error);
    this.#giveUpWhere[errorClass](error, name);
    if (!this.#succeeded) this.#hooks.onObstacle?.(obstacleOf(errorClass, error, this.#where));
    this.#willRetry(errorClass, name);
    return errorClass;
  }

  /**
   * Judges a batch that was answered with every one of its requests unprocessed.
   * @throws Failure if it is no longer worth retrying
   */
  judgeUnprocessedBatch(): void {
    this.#giveUpIfStalled(NOTHING_PROCESSED);
    this.#willRetry('throttled', NOTHING_PROCESSED);
  }

  /** For each class of error: throws if the deletion must give up rather than retry. */
  readonly #giveUpWhere: Readonly<Record<ErrorClass, (error: unknown, name: string) => void>> = {
    throttled: (_, name) => this.#giveUpIfStalled(name),
    refused: (_, name) => this.#giveUpIfStalled(name),
    retry: (_, name) => this.#giveUpIfStalled(name),
    'not-sent': (_, name) => this.#giveUpIfStalled(name),
    credentials: (error) => this.#awaitCredentials(error),
    'no-identity': (error) => this.#awaitIdentity(error),
    denied: (error, name) => this.#awaitPermission(error, name),
    'not-found': () => {
      throw new Failure('TableNotFound', 'the table does not exist in this account and region');
    },
    misaddressed: (error, name) => {
      // From an endpoint known to be DynamoDB, garbage is a fault in transit: a truncated response, or a load balancer's error page.
      if (this.#succeeded && !isForeignEndpoint(error)) this.#giveUpIfStalled(name);
      else throw new Failure('InvalidTarget', `${this.#where} cannot be used: ${name}${misaddressedHint(error)}`);
    },
    invalid: rethrow,
    bug: rethrow,
  };

  #awaitCredentials(error: unknown): void {
    this.#withoutCredentialsSince ??= this.#clock.now();
    const limit = RETRY_LIMITS.withoutCredentials;
    if (this.#clock.now() - this.#withoutCredentialsSince >= limit)
      throw new Failure('Incomplete', `no valid credentials for ${limit / 1000} s: ${credentialsHint(error)}`);
    this.#hooks.renewCredentials?.();
  }

  #awaitIdentity(error: unknown): void {
    // What was there a moment ago is most likely to come back.
    if (this.#succeeded) return this.#awaitCredentials(error);
    this.#withoutIdentitySince ??= this.#clock.now();
    if (this.#clock.now() - this.#withoutIdentitySince >= RETRY_LIMITS.withoutIdentity)
      throw new Failure('AccessDenied', obstacleOf('no-identity', error, this.#where));
    this.#hooks.renewCredentials?.();
  }

  #awaitPermission(error: unknown, name: string): void {
    this.#deniedSince ??= this.#clock.now();
    if (this.#clock.now() - this.#deniedSince >= RETRY_LIMITS.denied)
      throw new Failure('AccessDenied', `access was denied: ${name}${deniedHint(error)}`);
    this.#hooks.renewCredentials?.();
  }

  #giveUpIfStalled(name: string): void {
    const now = this.#clock.now();
    const { firstAnswer } = RETRY_LIMITS;
    if (!this.#answered && now - this.#started >= firstAnswer)
      throw new Failure('Incomplete', `no answer from ${this.#where} for ${firstAnswer / 1000} s: ${name}`);
    if (this.patience.isOver) throw new Failure('Incomplete', `${this.patience.words}: ${name}`);
  }

  #willRetry(errorClass: ErrorClass, name: string): void {
    if (errorClass === 'throttled') this.#hooks.onThrottled?.();
    this.#logOncePerInterval(errorClass, name);
  }

  /** Logs one line for a burst of failures instead of one for each. */
  #logOncePerInterval(errorClass: ErrorClass, name: string): void {
    const { at, since } = this.#logged.get(errorClass) ?? { at: -Infinity, since: 0 };
    const now = this.#clock.now();
    const isDue = now - at >= LOG_INTERVAL_MS;
    this.#logged.set(errorClass, isDue ? { at: now, since: 0 } : { at, since: since + 1 });
    const message = errorClass === 'throttled' ? 'throttled; slowing down' : 'requests failed; retrying';
    if (isDue) this.#log.warn({ error: name, errorClass, times: since + 1 }, message);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** The client itself refused the address. */
const isForeignEndpoint = (error: unknown): boolean =>
  ['ForeignEndpoint', 'LocalAddress'].includes(String((error as { name?: unknown }).name));

/** Pattern for an error's name and code → a hint about what to do. The first match applies. */
const MISADDRESSED_HINTS: readonly (readonly [RegExp, string])[] = [
  [/CERT|UNABLE_TO|TLS|HOSTNAME/, ' (its certificate is not trusted; NODE_EXTRA_CA_CERTS adds a CA)'],
  [/EPROTO|SSL|HPE/, ' (http and https mixed up, or not HTTP at all?)'],
  [/./, ' (it does not answer as DynamoDB does)'],
];

function misaddressedHint(error: unknown): string {
  if (isForeignEndpoint(error)) return `: ${(error as Error).message}`;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return MISADDRESSED_HINTS.find(([pattern]) => pattern.test(`${String(name)} ${String(code)}`))?.[1] ?? '';
}

/** What is needed to retry a request until it succeeds. */
export interface Sending {
  clock: Clock;
  retryPolicy: Pick<RetryPolicy, 'succeeded' | 'judge'>;
  /** Aborts when the worker must drain: a failed request is then not retried. */
  signal: AbortSignal;
}

/**
 * Sends a request until it succeeds.
 * @throws Failure if it is not worth another attempt; the signal's reason when draining
 */
export async function sendUntilDone<T>(
  { clock, retryPolicy, signal }: Sending,
  send: () => Promise<T>,
  onUnknownOutcome: () => void = () => {},
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      const answer = await send();
      retryPolicy.succeeded();
      return answer;
    } catch (error) {
      if (outcomeIsUnknown(classOf(error))) onUnknownOutcome();
      // What fails because the worker stops says nothing about the endpoint.
      signal.throwIfAborted();
      retryPolicy.judge(error);
      await clock.sleep(
        fullJitter(attempt, () => clock.random()),
        signal,
      );
    }
  }
}
