import type { Key } from './keys.js';
import type { Page } from './pages.js';

/** Keys on their way from one reader to several writers. Holds a page and a batch at most; the next page is read when it is short. */
export class KeyQueue {
  #keys: Key[] = [];
  #at = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(
    private readonly source: AsyncGenerator<Page, void>,
    private readonly onPage: (page: Page) => void,
  ) {}

  /** Up to `count` keys; fewer only at the end of the source. */
  take(count: number): Promise<Key[]> {
    const taken = this.#turn.then(() => this.#take(count));
    this.#turn = taken.catch(() => {});
    return taken;
  }

  async #take(count: number): Promise<Key[]> {
    while (!this.#ended && this.#keys.length - this.#at < count) {
      const { value: page, done } = await this.source.next();
      if (done) {
        this.#ended = true;
      } else {
        this.onPage(page);
        this.#keys = [...this.#keys.slice(this.#at), ...page.keys];
        this.#at = 0;
      }
    }
    const keys = this.#keys.slice(this.#at, this.#at + count);
    this.#at += keys.length;
    return keys;
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#keys = [];
    this.#at = 0;
    await this.source.return();
  }
}
