import type { Test } from 'tap';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import { readReport } from '../../../src/api/validate.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import { FenceWatch, type FenceWatchOptions } from '../../../src/worker/fence-watch.js';
import { Reporter, type ReporterOptions } from '../../../src/worker/reporter.js';
import type { ApiAnswer } from '../../../src/worker/runtime.js';
import { VirtualTime } from '../../models/virtual-time.js';
import { recordedLog } from '../../support/recorded-log.js';

const PARENT = { name: 'delete-orders', namespace: 'shop', uid: 'uid', jobUID: 'job' };
export const TARGET = { tableId: 'table', digest: 'a'.repeat(64) };
export const DONE: AttemptOutcome = {
  state: 'PartitionDeleted',
  exitCode: 0,
  message: 'gone',
  verifiedEmpty: true,
  progress: { itemsFound: 5, itemsDeleted: 5 },
  target: TARGET,
};

export interface Sent {
  patch: { metadata: { uid: string; annotations?: Record<string, string> } };
  dryRun: boolean;
  at: number;
}

/** The answer of an API server that has the parent. */
export const alive = (parts: { spec?: object; status?: object; metadata?: object } = {}): ApiAnswer => ({
  status: 200,
  body: { metadata: { uid: 'uid', ...parts.metadata }, spec: parts.spec ?? {}, status: parts.status ?? {} },
});
export const forbidden: ApiAnswer = { status: 403, body: { reason: 'Forbidden', message: 'cannot patch' } };
export const gone: ApiAnswer = { status: 404, body: { reason: 'NotFound', details: { name: 'x' } } };
export const silence = (): Promise<ApiAnswer> => Promise.reject(new Error('ETIMEDOUT'));

/** A worker's fence watch and reporter, in virtual time, on an API server that answers each patch by a script. */
export function scriptedParent(
  t: Test,
  answer: (sent: Sent) => ApiAnswer | Promise<ApiAnswer>,
  more: Partial<
    Pick<FenceWatchOptions, 'mode' | 'fence' | 'defaultCaps'> & Pick<ReporterOptions, 'reportSeconds'>
  > = {},
) {
  const clock = new VirtualTime({ unattended: true });
  const log = recordedLog();
  const stop = new AbortController();
  const sent: Sent[] = [];
  let caps: Caps = {};
  const shared = { parent: PARENT, mode: 'Execute', clock } as const;
  const watch = new FenceWatch({
    ...shared,
    caps: { maxWriteUnitsPerSecond: undefined, maxReadUnitsPerSecond: undefined, capacitySharePercent: undefined },
    shutdown: { signal: stop.signal, stop: (why) => stop.abort(why) },
    log,
    patch: async (patch, { dryRun }) => {
      const one = { patch: patch as Sent['patch'], dryRun, at: clock.now() };
      sent.push(one);
      return answer(one);
    },
    ...more,
  });
  const reporter = new Reporter({
    ...shared,
    reportSeconds: 30,
    timestamp: () => new Date(clock.now()).toISOString(),
    watch,
    ...more,
  });
  watch.followCaps((live) => (caps = live));
  const end = async (outcome = DONE): Promise<void> => {
    watch.end();
    await reporter.end(outcome);
  };
  // If not stopped, it would look and report forever.
  t.teardown(() => end());
  return {
    watch,
    reporter,
    /** As the deletion does once it knows its target. */
    begin: async (): Promise<void> => {
      await watch.register(TARGET);
      reporter.start(TARGET);
    },
    end,
    clock,
    log,
    sent,
    stop,
    caps: () => caps,
    reports: () =>
      sent
        .filter(({ dryRun }) => !dryRun)
        .map(({ patch }) => readReport(patch.metadata.annotations?.[REPORT_ANNOTATION])!),
    turns: async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
