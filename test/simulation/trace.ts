/** Prints what happens in one history: `tsx test/simulation/trace.ts '{"seed":…}'`, the plan as a failing run prints it. */
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { HistoryPlan } from './commands.js';
import { runHistory } from './history.js';

const plan = JSON.parse(process.argv[2] ?? '') as HistoryPlan;
const { violations } = await runHistory(plan, { sync, finalize } as never, undefined, (cluster) => {
  const { api, time, webhook } = cluster;
  const say = (text: string): void => console.log(`${(time.now() / 1000).toFixed(3).padStart(9)} ${text}`);
  api.watch(({ before, after, actor }) => {
    const object = (after ?? before)!;
    const { kind, metadata, spec, status } = object;
    const what = before ? (after ? 'changed' : 'REMOVED') : 'created';
    const own =
      kind === 'DdbctlDpJob'
        ? `${conditionOf(object, 'Finished')?.reason} job=${JSON.stringify(status?.['job'])} restart=${JSON.stringify(status?.['restart'])} spec=${JSON.stringify({ ...spec, ddbCtlDpJob: 0 })}`
        : kind === 'Job'
          ? `suspend=${spec?.['suspend']} ${JSON.stringify({ ...status, conditions: (status?.['conditions'] as { type: string; status: string }[] | undefined)?.map(({ type, status }) => `${type}=${status}`) })}`
          : JSON.stringify(status);
    say(
      `${actor} ${what} ${kind} ${metadata.name} ${metadata.uid.slice(-3)} rv=${metadata.resourceVersion} ${metadata.deletionTimestamp === undefined ? '' : `DELETING(${metadata.finalizers}) `}${own}`,
    );
  });
  const { call } = webhook;
  webhook.call = (hook, request, done) =>
    call.call(webhook, hook, request, (result) => {
      const jobs = Object.values(request.children['Job.batch/v1'] ?? {}).map(
        (job) => `${job.metadata.name}/${job.metadata.uid.slice(-3)}`,
      );
      const text =
        result.kind === 'answer'
          ? `${conditionOf(result.answer as never, 'Finished')?.reason} children=${result.answer.children?.map((child) => `${(child as never as { metadata: { name: string } }).metadata.name}${(child as { spec: { suspend?: boolean } }).spec.suspend === true ? '(suspend)' : ''}`).join()} resync=${result.answer.resyncAfterSeconds} finalized=${result.answer.finalized}`
          : result.kind;
      say(
        `  ${hook}(rv ${(request.parent.metadata as never as { resourceVersion: string }).resourceVersion}, [${jobs.join()}]) -> ${text}`,
      );
      done(result);
    });
});
console.log(violations);
