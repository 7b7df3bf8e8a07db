import { type ErrorRule, isAnswer, nameOf, outcomeIsUnknown, ruleOf } from '../../dynamodb/errors.js';
import { Failure } from '../../api/failure.js';
import type { Clock, Log } from '../runtime.js';

/** How long each kind of trouble is borne, in milliseconds. */
export const PATIENCE = {
  /** Until the endpoint answers for the first time. */
  firstAnswer: 60_000,
  /** Between two pieces of progress: an accepted item, a page. */
  progress: 600_000,
  /** Of denials before the first success: IAM changes take a while to reach everywhere. */
  denied: 60_000,
  credentials: 120_000,
} as const;

const SAY_EVERY_MS = 5_000;
const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 5_000;

/** Full jitter: anything between 0 and the doubled delay. Source: AWS architecture blog, "Exponential Backoff And Jitter". */
export function fullJitter(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 20));
}

/**
 * What one deletion has lived through with its endpoint, and from that whether another try is worth it. One for a whole
 * run: it gives up after a time without progress, never after a count of attempts.
 */
export class RetryPolicy {
  #started: number;
  #answered = false;
  #succeeded = false;
  #progressed: number;
  #deniedSince: number | undefined;
  #credentialsSince: number | undefined;
  readonly #said = new Map<ErrorRule, { since: number; times: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly renewCredentials: () => void = () => {},
  ) {
    this.#started = this.#progressed = clock.now();
  }

  /** A request was done. */
  succeeded(): void {
    this.#answered = this.#succeeded = true;
    this.#deniedSince = this.#credentialsSince = undefined;
  }

  /** Items were accepted, or a page came. */
  progressed(): void {
    this.#progressed = this.clock.now();
  }

  /**
   * Judges a failed request. Returns its rule where it is worth sending again.
   * @throws Failure where it is not, or no longer
   */
  judge(error: unknown): ErrorRule {
    if (error instanceof Failure) throw error;
    const rule = ruleOf(error);
    if (isAnswer(error) && !this.#answered) {
      this.#answered = true;
      this.progressed();
    }
    const what = nameOf(error);
    switch (rule) {
      case 'not-found':
        throw new Failure('TableNotFound', 'the table does not exist in this account and region');
      case 'misaddressed':
        // Once the endpoint has shown what it is, garbage is a fault on the way: an answer cut short, a load balancer's page.
        if (this.#succeeded && !isForeign(error)) {
          this.#giveUpIfStalled(what);
          break;
        }
        throw new Failure('InvalidTarget', `the endpoint cannot be used: ${what}${misaddressedHint(error)}`);
      case 'invalid':
      case 'bug':
        throw error;
      case 'denied':
        this.#deniedSince ??= this.clock.now();
        if (this.#succeeded || this.clock.now() - this.#deniedSince >= PATIENCE.denied)
          throw new Failure('AccessDenied', `access was denied: ${what}${deniedHint(error)}`);
        break;
      case 'credentials':
        this.#credentialsSince ??= this.clock.now();
        if (this.clock.now() - this.#credentialsSince >= PATIENCE.credentials)
          throw new Failure('Incomplete', `no valid credentials for ${PATIENCE.credentials / 1000} s: ${what}`);
        this.renewCredentials();
        break;
      default:
        this.#giveUpIfStalled(what);
    }
    this.#say(rule, what);
    return rule;
  }

  /** One line for a storm of failures, not one for each. */
  #say(rule: ErrorRule, what: string): void {
    const { since, times } = this.#said.get(rule) ?? { since: -Infinity, times: 0 };
    const now = this.clock.now();
    const due = now - since >= SAY_EVERY_MS;
    this.#said.set(rule, due ? { since: now, times: 0 } : { since, times: times + 1 });
    if (due) this.log.warn({ error: what, rule, times: times + 1 }, 'requests failed and are sent again');
  }

  #giveUpIfStalled(what: string): void {
    const now = this.clock.now();
    if (!this.#answered && now - this.#started >= PATIENCE.firstAnswer)
      throw new Failure('Incomplete', `no answer from the endpoint for ${PATIENCE.firstAnswer / 1000} s: ${what}`);
    if (now - this.#progressed >= PATIENCE.progress)
      throw new Failure('Incomplete', `nothing was accepted for ${PATIENCE.progress / 60_000} minutes: ${what}`);
  }
}

/** The server's own words on a denial name the caller, the action and the resource, and never a key. */
function deniedHint(error: unknown): string {
  const message = (error as { message?: unknown }).message;
  return typeof message === 'string' && /^User: /.test(message) ? `: ${message.slice(0, 600)}` : '';
}

const isForeign = (error: unknown): boolean => (error as { name?: unknown }).name === 'ForeignEndpoint';

function misaddressedHint(error: unknown): string {
  if (isForeign(error)) return `: ${(error as Error).message}`;
  const word = `${(error as { name?: unknown }).name} ${(error as { code?: unknown }).code}`;
  if (/CERT|UNABLE_TO|TLS|HOSTNAME/.test(word))
    return ' (its certificate is not trusted; NODE_EXTRA_CA_CERTS adds a CA)';
  if (/EPROTO|SSL|HPE/.test(word)) return ' (http and https mixed up, or no HTTP at all?)';
  return ' (it does not answer as DynamoDB does)';
}

/** What a request needs to be sent until it is done. */
export interface Sending {
  clock: Clock;
  retryPolicy: RetryPolicy;
  /** Aborts when the worker must drain: what has failed is then not sent again. */
  signal: AbortSignal;
}

/**
 * Sends until the request is done.
 * @throws Failure when it is not worth another try; the signal's reason when draining
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
      const rule = retryPolicy.judge(error);
      if (outcomeIsUnknown(rule)) onUnknownOutcome();
      await clock.sleep(
        fullJitter(attempt, () => clock.random()),
        signal,
      );
    }
  }
}
