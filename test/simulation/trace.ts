/** Prints what happens in one history: `tsx test/simulation/trace.ts '{"seed":…}'`, the plan as a failing run prints it. */
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { JOBS } from '../../src/api/names.js';
import type { Change } from '../models/cluster/api-server.js';
import type { Cluster } from '../models/cluster/cluster.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { HookResult } from '../models/cluster/metacontroller.js';
import type { ApiObject, Json } from '../models/cluster/objects.js';
import type { HistoryPlan } from './commands.js';
import { runHistory } from './history.js';

const short = ({ metadata }: Pick<ApiObject, 'metadata'>): string => `${metadata.name}/${metadata.uid.slice(-3)}`;

/** The state of a resource, the conditions of a Job, the status of anything else. */
function detail(object: ApiObject): string {
  const { kind, spec = {}, status = {} } = object;
  if (kind === 'DdbctlDpJob') {
    const own = { ...spec, ddbCtlDpJob: 0 };
    const { job, restart } = status;
    return `${conditionOf(object, 'Finished')?.reason ?? '-'} ${JSON.stringify({ job, restart, spec: own })}`;
  }
  if (kind !== 'Job') return JSON.stringify(object.rules ?? object.subjects ?? status);
  const conditions = (status.conditions ?? []) as { type: string; status: string }[];
  const held = conditions.map((condition) => `${condition.type}=${condition.status}`);
  return `suspend=${String(spec.suspend)} ${JSON.stringify({ ...status, conditions: held })}`;
}

function changed({ before, after, actor }: Change): string {
  const object = (after ?? before)!;
  const { deletionTimestamp, finalizers = [], resourceVersion } = object.metadata;
  const what = !before ? 'created' : after ? 'changed' : 'REMOVED';
  const deleting = deletionTimestamp === undefined ? '' : `DELETING(${finalizers.join()}) `;
  return `${actor} ${what} ${object.kind} ${short(object)} rv=${resourceVersion} ${deleting}${detail(object)}`;
}

function answered(result: HookResult): string {
  if (result.kind !== 'answer') return result.kind;
  const { children = [], resyncAfterSeconds, finalized } = result.answer;
  const named = children.map((child) => {
    const { kind, metadata, spec } = child as Json as unknown as ApiObject;
    return kind === 'Job' ? `${metadata.name}${spec?.suspend === true ? '(suspend)' : ''}` : kind;
  });
  return JSON.stringify({ children: named.join(), resyncAfterSeconds, finalized });
}

function watch({ api, time, webhook }: Cluster): void {
  const say = (text: string): void => {
    console.log(`${(time.now() / 1000).toFixed(3).padStart(9)} ${text}`);
  };
  api.watch((change) => say(changed(change)));
  const call = webhook.call.bind(webhook);
  webhook.call = (hook, request, done) =>
    call(hook, request, (result) => {
      const jobs = Object.values(request.children[JOBS]) as unknown as ApiObject[];
      const parent = request.parent as unknown as ApiObject;
      const seen = `rv ${parent.metadata.resourceVersion}, [${jobs.map(short).join()}]`;
      say(`  ${hook}(${seen}) -> ${answered(result)}`);
      done(result);
    });
}

const plan = JSON.parse(process.argv[2] ?? '') as HistoryPlan;
const { violations } = await runHistory(plan, { sync, finalize }, {}, watch);
console.log(violations);
