import { existsSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Runs in a thread of its own: a mutant may never give the main one back. */
const WATCH = `
  const { parentPort, workerData: file } = require('node:worker_threads');
  let timer;
  parentPort.on('message', (watched) => {
    clearTimeout(timer);
    if (!watched) return;
    timer = setTimeout(() => {
      require('node:fs').appendFileSync(file, watched.mutant + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }, watched.milliseconds);
  });
`;

/**
 * Kills the process when a mutant takes too long in one test file, and writes down which one. Stryker itself would wait for
 * some times as long as all tests of the mutant take together. It runs the mutant of a process that is gone once more in a new
 * one, where the verdict is known.
 */
export class Watchdog {
  readonly #worker: Worker;

  /** @param file - where the mutants that were killed are written down, for the processes that follow */
  constructor(private readonly file: string) {
    this.#worker = new Worker(WATCH, { eval: true, workerData: file });
    this.#worker.unref();
  }

  /** Whether the mutant has taken too long in an earlier process. */
  hasKilled(mutant: string): boolean {
    return existsSync(this.file) && readFileSync(this.file, 'utf8').split('\n').includes(mutant);
  }

  begin(mutant: string, milliseconds: number): void {
    this.#worker.postMessage({ mutant, milliseconds });
  }

  end(): void {
    this.#worker.postMessage(undefined);
  }
}
