/** Virtual time: a heap of what will happen. Milliseconds since the start of the history; same time, same order as planned. */
export interface Planned {
  at: number;
  order: number;
  run: () => void;
  cancelled: boolean;
}

export class Timeline {
  now = 0;
  /** How many planned things have happened. */
  steps = 0;
  #order = 0;
  #heap: Planned[] = [];

  after(delay: number, run: () => void): Planned {
    const planned: Planned = {
      at: this.now + Math.max(0, Math.round(delay)),
      order: this.#order++,
      run,
      cancelled: false,
    };
    this.#push(planned);
    return planned;
  }

  /** Lets everything happen that is planned up to and including `end`; then it is `end`. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (next.cancelled) continue;
      this.now = next.at;
      this.steps++;
      next.run();
    }
    this.now = Math.max(this.now, end);
  }

  #before(a: Planned, b: Planned): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#before(planned, heap[above]!)) break;
      heap[index] = heap[above]!;
      index = above;
    }
    heap[index] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#before(heap[below + 1]!, heap[below]!)) below++;
      if (!this.#before(heap[below]!, last)) break;
      heap[index] = heap[below]!;
      index = below;
    }
    heap[index] = last;
  }
}
