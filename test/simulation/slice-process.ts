import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CampaignResult } from './campaign.js';
import type { Slice } from './slices.js';

/** What a process says: how many more histories have held, or how its slice has ended. */
export type Said = { held: number } | { result: CampaignResult };

const PROGRAM = fileURLToPath(new URL('./slice-worker.ts', import.meta.url));
/** A history leaves megabytes of garbage: with a larger young generation, less of it is copied. */
const ARGUMENTS = ['--import', import.meta.resolve('tsx'), '--max-semi-space-size=64'];

/** A process that runs slices, one at a time. */
export class SliceWorker {
  readonly #process: ChildProcess;

  constructor(held: (more: number) => void) {
    // Figures are maps, and a plan has fields that are undefined: neither is JSON.
    this.#process = fork(PROGRAM, [], { serialization: 'advanced', execArgv: ARGUMENTS });
    this.#process.on('message', (said: Said) => {
      if ('held' in said) held(said.held);
    });
  }

  async run(slice: Slice): Promise<CampaignResult> {
    return new Promise((resolve, reject) => {
      const child = this.#process;
      const ended = (code: number | null, signal: string | null): void =>
        reject(new Error(`the process of ${JSON.stringify(slice)} has ended: ${code ?? signal}`));
      const heard = (said: Said): void => {
        if (!('result' in said)) return;
        child.off('exit', ended).off('message', heard);
        resolve(said.result);
      };
      child.on('exit', ended).on('message', heard);
      child.send(slice);
    });
  }

  end(): void {
    this.#process.removeAllListeners('exit');
    this.#process.kill();
  }
}
