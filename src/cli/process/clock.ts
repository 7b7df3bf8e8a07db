import { performance } from 'node:perf_hooks';
import type { Clock } from '../../deletion/runtime.js';

/** The process's own clock: monotonic, so that a step of the system's time changes nothing. */
export const clock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** RFC 3339 in whole seconds, UTC. */
export const timestamp = (date = new Date()): string => `${date.toISOString().slice(0, 19)}Z`;
