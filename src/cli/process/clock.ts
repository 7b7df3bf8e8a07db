import { performance } from 'node:perf_hooks';
import { formatTime } from '../../operator/time.js';
import type { Clock } from '../../deletion/runtime.js';
import { onAbort } from '../../dynamodb/on-abort.js';

/** The process's own clock. It is monotonic, so changing the system time does not affect it. */
export const clock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        takeBack?.();
        resolve();
      };
      const timer = setTimeout(done, ms);
      const takeBack = signal && onAbort(signal, done);
    }),
};

/** Calls back after `ms`, unless the function that it returns is called before. */
export function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Calls back every second, until the function that it returns is called. */
export function everySecond(look: () => void): () => void {
  const timer = setInterval(look, 1_000);
  return () => clearInterval(timer);
}

/** The time of day, RFC 3339 in whole seconds, UTC. */
export const timestamp = (): string => formatTime(new Date());
