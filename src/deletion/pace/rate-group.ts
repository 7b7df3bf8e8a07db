import type { AdaptiveRate } from './adaptive-rate.js';
import type { Flow, Ticket } from './flow.js';
import { PACING } from './pacing-parameters.js';

const { mostRefusals, leastRequests, mostChance } = PACING.evidence;

/** How many ways there are to choose k of n. */
const choose = (n: number, k: number): number => (k <= 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

const total = (flows: Iterable<Flow>, of: (flow: Flow) => number): number => {
  let sum = 0;
  for (const flow of flows) sum += of(flow);
  return sum;
};

/** Flows under one rate, and their requests that wait for it. */
export class RateGroup {
  readonly rate: AdaptiveRate;
  readonly #flows = new Set<Flow>();
  #queue: Ticket[] = [];
  /** Flows have joined since the last probe: there may be more to have. */
  hasJoined = false;
  /** In milliseconds of the clock. */
  lastProbeAt = -Infinity;

  constructor(rate: AdaptiveRate) {
    this.rate = rate;
  }

  get flows(): ReadonlySet<Flow> {
    return this.#flows;
  }

  /** Requests in the order in which they are to be sent. */
  get queue(): readonly Ticket[] {
    return this.#queue;
  }

  /** Takes a flow in, with its requests that wait. */
  add(flow: Flow, waiting: readonly Ticket[] = []): void {
    this.#flows.add(flow);
    this.#queue.push(...waiting);
  }

  /** Lets a flow go. @returns its requests that wait */
  remove(flow: Flow): Ticket[] {
    const waiting = this.#queue.filter((ticket) => ticket.flow === flow);
    this.#queue = this.#queue.filter((ticket) => ticket.flow !== flow);
    this.#flows.delete(flow);
    return waiting;
  }

  enqueue(ticket: Ticket): void {
    this.#queue.push(ticket);
  }

  dequeue(ticket: Ticket): void {
    this.#queue = this.#queue.filter((waiting) => waiting !== ticket);
  }

  /**
   * The flows that cannot share a limit with those that were refused: had they shared it, refusals would have met them as well.
   * Empty where no flow was refused, or where it may be chance that these were not.
   */
  unrefused(now: number): Flow[] {
    const all = [...this.#flows];
    const unrefused = all.filter((flow) => flow.refusals.at(now) <= mostRefusals);
    const refused = all.length - unrefused.length;
    if (refused === 0 || unrefused.length === 0) return [];
    const requests = total(all, (flow) => flow.requests.at(now));
    const ofUnrefused = total(unrefused, (flow) => flow.requests.at(now));
    const refusals = total(all, (flow) => flow.refusals.at(now));
    // Each refusal misses these flows with the probability of the others' requests; any choice of as many flows would do.
    const chance = choose(all.length, refused) * (1 - ofUnrefused / requests) ** refusals;
    return chance <= mostChance ? unrefused.filter((flow) => flow.requests.at(now) >= leastRequests) : [];
  }

  /** The share of this group's delivery that a flow has. */
  shareOf(flow: Flow, now: number): number {
    const whole = total(this.#flows, ({ delivered }) => delivered.at(now));
    return whole === 0 ? 1 / Math.max(1, this.#flows.size) : flow.delivered.at(now) / whole;
  }
}
