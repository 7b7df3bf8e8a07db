import { createHash } from 'node:crypto';
import type { CompositeRequest } from '../../src/api/hooks.js';
import {
  JOBS,
  MODE_LABEL,
  PREBUILT_WORKLOAD_LABEL,
  REPORT_ANNOTATION,
  RIGHTS,
  ROLES,
  VELERO_LABEL,
} from '../../src/api/names.js';
import { ENV } from '../../src/api/worker.js';
import { specViolations } from '../../src/api/validate.js';
import type { Settings } from '../../src/api/settings.js';
import { finalize } from '../../src/operator/finalize.js';
import { buildJob } from '../../src/operator/desired/new-job.js';
import { keptJob } from '../../src/operator/desired/kept-job.js';
import { rightsOf } from '../../src/operator/rights.js';
import { jobName, runOf } from '../../src/operator/run-name.js';
import { sync } from '../../src/operator/sync.js';
import type { Command, HistoryPlan } from './commands.js';
import type { Reports } from '../models/cluster/cluster.js';
import { isDoubled } from '../models/cluster/api-server.js';
import { conditionOf } from '../models/cluster/condition.js';
import { type Fence, WORKERS_FENCE } from '../../src/worker/fence.js';
import { LAST_APPLIED } from '../models/cluster/merge.js';
import { type ApiObject, hasCondition, isDrained, isFinished, type Json } from '../models/cluster/objects.js';
import type { Hooks } from '../models/cluster/webhook.js';
import type { Worker } from '../models/cluster/worker.js';

/**
 * Deliberately planted bugs, each of which breaks a rule in a small way by changing what the hook receives or returns. Each must
 * break a claim; otherwise the claims are not worth much.
 */
export interface Planted {
  /** The name of a rule of sync, or what is broken besides: how a situation is read, how a decision is carried out, … */
  rule: string;
  bug: string;
  hooks?: Hooks;
  fence?: Fence;
  reports?: Reports;
  /** If the bug rarely shows, adapts histories so that it does. */
  focus?: (plan: HistoryPlan) => HistoryPlan;
}

interface Answer {
  status: Json;
  children: ApiObject[];
  resyncAfterSeconds?: number;
  finalized?: boolean;
}

interface Seen {
  request: CompositeRequest;
  parent: ApiObject;
  jobs: ApiObject[];
  mode: 'Execute' | 'DryRun';
  settings: Settings;
  now: Date;
}

type Look = (request: CompositeRequest, settings?: Settings, now?: Date) => Answer;

const seen = (request: CompositeRequest, settings: Settings, now: Date): Seen => {
  const parent = request.parent as unknown as ApiObject;
  const jobs = Object.values(request.children[JOBS]) as unknown as ApiObject[];
  return { request, parent, jobs, mode: parent.spec?.mode === 'DryRun' ? 'DryRun' : 'Execute', settings, now };
};

/** A broken sync: `change` gets the real one and its request, and sees only the Jobs of its answers. */
const brokenSync = (change: (look: Look, asked: Seen) => unknown): Hooks => ({
  sync: (request, settings, now) => {
    let rights: ApiObject[] = [];
    const look: Look = (other, s = settings, n = now) => {
      const parts = split(sync(other, s, n) as unknown as Answer);
      rights = parts.rights;
      return parts.answer;
    };
    return withChildren(change(look, seen(request, settings, now)), () => rights);
  },
  finalize,
});

const brokenFinalize = (change: (answer: Answer, asked: Seen) => unknown): Hooks => ({
  sync,
  finalize: (request, settings, now) => {
    const { answer, rights } = split(finalize(request, settings, now) as unknown as Answer);
    return withChildren(change(answer, seen(request, settings, now)), () => rights);
  },
});

/** A sync whose rights are broken: `change` gets them, and the answer with its Jobs. */
const grants = (change: (rights: ApiObject[], answer: Answer, asked: Seen) => ApiObject[]): Hooks => ({
  sync: (request, settings, now) => {
    const { answer, rights } = split(sync(request, settings, now) as unknown as Answer);
    return withChildren(answer, () => change(rights, answer, seen(request, settings, now)));
  },
  finalize,
});

function split(answer: Answer): { answer: Answer; rights: ApiObject[] } {
  const jobs = answer.children.filter(({ kind }) => kind === 'Job');
  return { answer: { ...answer, children: jobs }, rights: answer.children.filter(({ kind }) => kind !== 'Job') };
}

/** Whatever the bug has made of the answer. */
function withChildren(answer: unknown, rights: () => ApiObject[]): unknown {
  const { children } = answer as { children?: unknown[] };
  return Array.isArray(children) ? { ...(answer as Answer), children: [...children, ...rights()] } : answer;
}

/** The answer is changed. */
const says = (change: (answer: Answer, asked: Seen) => unknown): Hooks =>
  brokenSync((look, asked) => change(look(asked.request), asked));

/** The request is changed. */
const sees = (change: (asked: Seen) => { parent?: ApiObject; jobs?: ApiObject[] }): Hooks =>
  brokenSync((look, asked) => look(withSeen(asked.request, change(asked))));

function withSeen(
  request: CompositeRequest,
  { parent, jobs }: { parent?: ApiObject; jobs?: ApiObject[] },
): CompositeRequest {
  return {
    ...request,
    ...(parent && { parent }),
    ...(jobs && {
      children: {
        ...request.children,
        [JOBS]: Object.fromEntries(jobs.map((job) => [`${job.metadata.namespace}/${job.metadata.name}`, job])),
      },
    }),
  } as CompositeRequest;
}

const observedRight = (
  { children }: CompositeRequest,
  kind: string,
  namespace: string,
  name: string,
): ApiObject | undefined =>
  RIGHTS.map((group) => children[group]?.[`${namespace}/${name}`] as unknown as ApiObject | undefined).find(
    (right) => right?.kind === kind,
  );

/** A Job as if it had not been taken out of its queue. */
function inItsQueue(job: ApiObject): ApiObject {
  const { [PREBUILT_WORKLOAD_LABEL]: _out, ...labels } = job.metadata.labels ?? {};
  return { ...job, metadata: { ...job.metadata, labels } };
}

const suspends = (after: number): Command => ({ after, action: { do: 'suspend', value: true } });

const isCurrent = ({ parent, mode }: Seen, job: ApiObject): boolean =>
  Object.values(job.metadata.labels ?? {}).includes(runOf(parent.metadata.uid, mode));
const current = (asked: Seen): ApiObject | undefined => asked.jobs.find((job) => isCurrent(asked, job));
const spec = (parent: ApiObject, change: Json): ApiObject => ({ ...parent, spec: { ...parent.spec, ...change } });
const status = (parent: ApiObject, change: Json): ApiObject => ({ ...parent, status: { ...parent.status, ...change } });
const without = (parent: ApiObject, annotation: string): ApiObject => {
  const { [annotation]: _dropped, ...annotations } = parent.metadata.annotations ?? {};
  return { ...parent, metadata: { ...parent.metadata, annotations } };
};
const finished = (parent: ApiObject): boolean => conditionOf(parent, 'Finished')?.status === 'True';
const stateIn = (answer: Answer): string | undefined => conditionOf(answer, 'Finished')?.reason;
const mapConditions = (answer: Answer, change: (condition: Json) => Json): Answer => ({
  ...answer,
  status: { ...answer.status, conditions: ((answer.status.conditions ?? []) as Json[]).map(change) },
});
const succeeded = (answer: Answer): Answer =>
  mapConditions(answer, (item) => ({
    ...item,
    reason: 'PartitionDeleted',
    ...((item.type === 'Finished' || item.type === 'Succeeded') && { status: 'True' }),
  }));
const keptAs = (job: ApiObject, suspend: boolean): ApiObject =>
  keptJob(job as never, job.metadata.namespace, { suspend }) as unknown as ApiObject;
const renamed = (job: ApiObject, from: string, to: string): ApiObject => {
  const conditions = ((job.status?.conditions ?? []) as Json[]).map((item) =>
    item.type === from ? { ...item, type: to } : item,
  );
  return { ...job, status: { ...job.status, conditions } };
};

const fence = (change: Partial<Fence>): Fence => ({ ...WORKERS_FENCE, ...change });
/** A fence that does not see part of the parent. */
const blind = (change: (parent: ApiObject) => ApiObject): Fence =>
  fence({
    verdict: (memory, answer, self, now) =>
      WORKERS_FENCE.verdict(
        memory,
        answer.kind === 'parent' ? { kind: 'parent', parent: change(answer.parent as ApiObject) } : answer,
        self,
        now,
      ),
  });

/** Reports whose counts of a deletion are changed. */
const counts =
  (change: (progress: Json, worker: Worker) => Json): Reports =>
  (report, worker) =>
    report.mode === 'Execute' && report.progress !== undefined
      ? { ...report, progress: change(report.progress as Json, worker) }
      : report;

const first = (plan: HistoryPlan, ...commands: Command[]): HistoryPlan => ({
  ...plan,
  suspended: false,
  deadline: undefined,
  commands: [...commands, ...plan.commands],
});
/** A pod that reports and deletes, and that only its fence can stop: its Job was removed. */
const alone = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 4 },
    { after: 9, action: { do: 'deleteJob', propagation: 'Orphan' } },
  );
/** A pod that reports and deletes while nobody answers Metacontroller, when a user does this: only its fence can tell it. */
const unserved =
  (action: Command['action']) =>
  (plan: HistoryPlan): HistoryPlan =>
    first(
      { ...plan, mode: 'absent', permission: true, items: 30, pace: 4 },
      { after: 9, action: { do: 'outage', kind: 'refused', seconds: 120 } },
      { after: 1, action },
      { after: 20, action: { do: 'repeat' } },
    );
/** A run whose table is re-created before its second pod begins. */
const tableRecreated = (plan: HistoryPlan): HistoryPlan => ({
  ...first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 4 },
    { after: 12, action: { do: 'newTable' } },
    { after: 0, action: { do: 'deletePod', force: false } },
  ),
});
/** The same, while the webhook is away, so that no status records the target. */
const tableRecreatedUnrecorded = (plan: HistoryPlan): HistoryPlan => {
  const { commands, ...rest } = tableRecreated(plan);
  const away: Command = { after: 2, action: { do: 'outage', kind: 'refused', seconds: 60 } };
  return { ...rest, commands: [away, ...commands] };
};
/** A table that is re-created between its count and the approval. */
const tableRecreatedBeforeApproval = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'DryRun', permission: true, items: 5 },
    { after: 30, action: { do: 'newTable' } },
    { after: 1, action: { do: 'approve' } },
  );
/** A Secret that holds the partition's value, and changes between the count and the approval. */
const secretChangedBeforeApproval = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'DryRun', permission: true, secret: true, items: 5 },
    { after: 30, action: { do: 'changeSecret' } },
    { after: 1, action: { do: 'approve' } },
  );
/** A pod that a sidecar keeps when its worker has ended. */
const keptBySidecar = (plan: HistoryPlan): HistoryPlan => ({
  ...plan,
  mode: 'absent',
  suspended: false,
  deadline: undefined,
  items: 5,
  commands: [
    { after: 0, action: { do: 'sidecar', what: 'keeps' } },
    { after: 400, action: { do: 'repeat' } },
    { after: 1, action: { do: 'repeat' } },
  ],
});
/** A Job that does not say which target it must find. */
const untold = (job: ApiObject): ApiObject => {
  const template = job.spec?.template as { spec: { containers: { env: { name: string }[] }[] } };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    env: container.env.filter(({ name }) => name !== ENV.expectedTableId && name !== ENV.expectedDigest),
  }));
  return { ...job, spec: { ...job.spec, template: { ...template, spec: { ...template.spec, containers } } } };
};
/** A node that is lost about when its pod reports a verified end, and is removed after more was written. */
const verifiedAndLost = (plan: HistoryPlan): HistoryPlan => ({
  ...plan,
  mode: 'absent',
  permission: true,
  suspended: false,
  deadline: undefined,
  items: 1,
  pace: 1,
  commands: [
    { after: 3 + (plan.seed % 30) / 10, action: { do: 'loseNode', seconds: 80, then: 'is removed' } },
    { after: 30, action: { do: 'write', items: 4 } },
  ],
});
/** A worker whose node is lost in mid-run, and stays so; then the run is cancelled. */
const killed = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 1 },
    { after: 12, action: { do: 'loseNode', seconds: 60, then: 'is removed' } },
    { after: 20, action: { do: 'cancel' } },
  );
/** A worker that is asked to end, so that the next one goes on. */
const replaced = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 1 },
    { after: 10, action: { do: 'deletePod', force: false } },
  );
/** A worker that is killed with its node, between two reports; the next one goes on to the end. */
const killedAndGone = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 1 },
    { after: 12, action: { do: 'loseNode', seconds: 60, then: 'is removed' } },
  );
/** A pod with a token that loses the right to look in mid-run. */
const deprived = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: true, items: 30, pace: 4 },
    { after: 9, action: { do: 'permission', value: false } },
  );
/** A run that cannot report has begun, and Velero restores it with its status. */
const restored = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: false, items: 30, pace: 1 },
    { after: 8, action: { do: 'restore', kind: 'Velero', age: 0, withStatus: true } },
  );
/** A run that has deleted for a while. */
const running = (plan: HistoryPlan): HistoryPlan =>
  first({ ...plan, mode: 'absent', items: 30, pace: 1 }, { after: 8, action: { do: 'repeat' } });
/** Finished, and its Job's time over; then Metacontroller starts again and again from lists that are seconds old. */
const relisted = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'absent', permission: false, items: 3, pace: 1, ttl: 0 },
    { after: 6, action: { do: 'repeat' } },
    ...Array.from({ length: 8 }, (): Command => ({ after: 1.3, action: { do: 'restartMetacontroller', listAge: 5 } })),
  );
/** A count that no cache shows when its approval arrives. */
const approvedUnseen = (plan: HistoryPlan): HistoryPlan =>
  first(
    { ...plan, mode: 'DryRun' },
    { after: 0, action: { do: 'staleJobs', seconds: 5 } },
    { after: 1, action: { do: 'approve' } },
  );
/** A worker whose node is lost in mid-run, for longer than a pod may be missing without a word; no other one fails meanwhile. */
const unready = (plan: HistoryPlan): HistoryPlan => ({
  ...plan,
  mode: 'absent',
  suspended: false,
  deadline: undefined,
  items: 30,
  pace: 4,
  commands: [{ after: 15, action: { do: 'loseNode', seconds: 400, then: 'returns' } }],
});
/** Somebody suspends the Job while our answer is about to resume it, and it is cancelled then. */
const suspendedByOthers = (plan: HistoryPlan): HistoryPlan => ({
  ...plan,
  mode: 'absent',
  permission: false,
  suspended: false,
  deadline: undefined,
  items: 30,
  pace: 1,
  commands: [
    { after: 0.1, action: { do: 'suspend', value: false } },
    { after: 0, action: { do: 'staleParents', seconds: 2 } },
    { after: 0, action: { do: 'meddle', what: 'suspend' } },
    { after: 0, action: { do: 'cancel' } },
  ],
});
const outlawed = (plan: HistoryPlan): HistoryPlan => ({
  ...first(plan, { after: 0, action: { do: 'policy', allowed: false } }),
  commands: [
    { after: 0, action: { do: 'policy', allowed: false } },
    { after: 40, action: { do: 'policy', allowed: true } },
    ...plan.commands.slice(0, 1),
  ],
});

/** A field that nobody knows is written before the Job is made. */
const misspelled = (plan: HistoryPlan): HistoryPlan => ({
  ...first(
    plan,
    { after: 0, action: { do: 'oldSpec', what: 'unknown' } },
    { after: 2, action: { do: 'suspend', value: false } },
  ),
  suspended: true,
});

let calls = 0;

export const PLANTED: readonly Planted[] = [
  {
    rule: 'observe',
    bug: 'a spec that a newer schema refuses is an error',
    hooks: brokenSync((look, { request, parent }) => {
      if (specViolations(parent.spec).length > 0) throw new Error('400');
      return look(request);
    }),
  },
  {
    rule: 'observe',
    bug: 'a report that is no JSON is an error',
    hooks: brokenSync((look, { request, parent }) => {
      JSON.parse(parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '{}');
      return look(request);
    }),
  },
  {
    rule: 'observe',
    bug: 'a broken status is an error',
    hooks: brokenSync((look, { request, parent }) => {
      const conditions = (parent.status?.conditions ?? []) as { type: string }[];
      conditions.map(({ type }) => type);
      return look(request);
    }),
  },
  {
    rule: 'respond',
    bug: 'Jobs of other runs are dropped at once',
    hooks: brokenSync((look, asked) =>
      look(withSeen(asked.request, { jobs: asked.jobs.filter((job) => isCurrent(asked, job)) })),
    ),
  },
  {
    rule: 'respond',
    bug: 'Jobs of other runs are left running',
    hooks: brokenSync((look, asked) => {
      const answer = look(withSeen(asked.request, { jobs: asked.jobs.filter((job) => isCurrent(asked, job)) }));
      const others = asked.jobs.filter((job) => !isCurrent(asked, job)).map((job) => keptAs(job, false));
      return { ...answer, children: [...answer.children, ...others] };
    }),
  },
  {
    rule: 'anotherJobIsAlive',
    bug: 'a Job is built beside one that still drains',
    hooks: brokenSync((look, asked) => {
      const answer = look(asked.request);
      if (current(asked) || finished(asked.parent) || asked.parent.spec?.suspend === true) return answer;
      const others = answer.children.filter(({ metadata }) =>
        asked.jobs.some((job) => job.metadata.name === metadata.name),
      );
      const built = look(withSeen(asked.request, { jobs: [], parent: { ...asked.parent, status: {} } }));
      return { ...built, children: [...built.children, ...others] };
    }),
  },
  {
    rule: 'jobWasLost',
    bug: 'an approval does not wait for a count that is not seen yet',
    focus: approvedUnseen,
    hooks: sees(({ parent, mode }) => ({
      parent: parent.status?.mode === mode ? parent : { ...parent, status: {} },
    })),
  },
  {
    rule: 'countIsAwaited',
    bug: 'an approval pauses the count that it waits for',
    hooks: says((answer, asked) => ({
      ...answer,
      children: answer.children.map((child) => {
        const job = asked.jobs.find(({ metadata }) => metadata.name === child.metadata.name);
        return job && asked.mode === 'Execute' && job.metadata.labels?.[MODE_LABEL] === 'DryRun'
          ? keptAs(job, true)
          : child;
      }),
    })),
  },
  {
    rule: 'runHasFinished',
    bug: 'a finished run is forgotten',
    hooks: sees((asked) => ({ parent: finished(asked.parent) ? { ...asked.parent, status: {} } : asked.parent })),
  },
  {
    rule: 'reportAwaitsJob',
    bug: 'a report ends the run before the Job that was asked for is seen',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', permission: true, items: 0 },
        { after: 0.1, action: { do: 'staleJobs', seconds: 4 } },
      ),
    hooks: brokenSync((look, { request, parent }) => {
      const answer = look(request);
      const isAwaited = JSON.stringify(answer).includes('is not seen yet: waiting for it');
      const forgotten = { ...parent, status: { ...parent.status, creatingSince: undefined } };
      return isAwaited ? look(withSeen(request, { parent: forgotten })) : answer;
    }),
  },
  {
    rule: 'reportIsFinal',
    bug: 'a final report does not count when the Job is gone',
    hooks: sees((asked) => ({ parent: current(asked) ? asked.parent : without(asked.parent, REPORT_ANNOTATION) })),
  },
  {
    rule: 'reportIsFinal',
    bug: 'a report counts while the Job is observed',
    hooks: brokenSync((look, asked) => {
      const text = asked.parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '';
      return look(
        text.includes('"final":true') && text.includes(asked.parent.metadata.uid)
          ? withSeen(asked.request, { jobs: [] })
          : asked.request,
      );
    }),
  },
  {
    rule: 'reportIsFinal',
    bug: 'a report alone makes a success',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', permission: true },
        { after: 4, action: { do: 'forgeReport', what: 'deleted' } },
        { after: 0, action: { do: 'deleteJob', propagation: 'Background' } },
      ),
    hooks: says((answer) => (stateIn(answer) === 'Unconfirmed' ? succeeded(answer) : answer)),
  },
  {
    rule: 'observe',
    bug: 'a Job with the labels of ours is believed, whatever it runs',
    focus: (plan) => ({
      ...first(
        plan,
        { after: 1, action: { do: 'foreignJob', what: 'our name' } },
        { after: 70, action: { do: 'repeat' } },
      ),
      mode: 'absent',
      suspended: true,
    }),
    hooks: says((answer, asked) => {
      const job = asked.jobs.find(({ metadata }) =>
        Object.keys(metadata.labels ?? {}).some((key) => key.endsWith('/evil')),
      );
      if (!job || asked.mode !== 'Execute') return answer;
      if (hasCondition(job, 'Complete')) return succeeded(answer);
      const others = answer.children.filter(({ metadata }) => metadata.name !== job.metadata.name);
      return { ...answer, children: [...others, keptAs(job, false)] };
    }),
  },
  {
    rule: 'observe',
    bug: 'a count is what the latest report says',
    focus: (plan) =>
      first(
        { ...plan, mode: 'DryRun', permission: true },
        { after: 25, action: { do: 'forgeReport', what: 'counted' } },
      ),
    hooks: says((answer, { parent }) => {
      const text = parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '';
      const reported = /"itemsFound":(\d+)/.exec(text)?.[1];
      const { dryRun } = answer.status as { dryRun?: Json };
      if (!dryRun || reported === undefined) return answer;
      return { ...answer, status: { ...answer.status, dryRun: { ...dryRun, itemsFound: Number(reported) } } };
    }),
  },
  {
    rule: 'observe',
    bug: 'a target is taken from any report',
    hooks: says((answer, { parent }) => {
      const text = parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '';
      const digest = /"digest":"(0{64})"/.exec(text)?.[1];
      if (digest === undefined || answer.status.target !== undefined) return answer;
      return { ...answer, status: { ...answer.status, target: { tableId: 'x', digest } } };
    }),
  },
  {
    rule: 'anotherJobIsAlive',
    bug: 'a Job that has our name and is not ours is kept',
    focus: (plan) => ({
      ...first(plan, { after: 1, action: { do: 'foreignJob', what: 'our name' } }),
      mode: 'absent',
      suspended: true,
    }),
    hooks: says((answer, asked) => ({
      ...answer,
      children: [
        ...answer.children,
        ...asked.jobs
          .filter((job) => Object.keys(job.metadata.labels ?? {}).some((key) => key.endsWith('/evil')))
          .filter(({ metadata }) => !answer.children.some((child) => child.metadata.name === metadata.name))
          .map((job) => keptAs(job, false)),
      ],
    })),
  },
  {
    rule: 'runHasFinished',
    bug: 'an unfinished Job under a finished status runs on',
    focus: running,
    hooks: says((answer, asked) => {
      const job = current(asked);
      if (!job || isFinished(job) || !finished(asked.parent)) return answer;
      return {
        ...answer,
        children: answer.children.map((child) =>
          child.metadata.name === job.metadata.name ? keptAs(job, false) : child,
        ),
      };
    }),
  },
  {
    rule: 'runHasFinished',
    bug: 'a recorded receipt is not carried over',
    hooks: says((answer, { parent }) => {
      const { receipt: _dropped, ...rest } = answer.status;
      return parent.status?.receipt === undefined ? answer : { ...answer, status: rest };
    }),
  },
  {
    rule: 'jobHasEnded',
    bug: 'a finished Job goes before its outcome stands in the status',
    hooks: says((answer, asked) => ({
      ...answer,
      children: answer.children.filter(
        (child) => !asked.jobs.some((job) => job.metadata.name === child.metadata.name && isFinished(job)),
      ),
    })),
  },
  {
    rule: 'runHasFinished',
    bug: 'the TTL is forgotten',
    hooks: sees(({ parent }) => ({ parent: spec(parent, { ttlSecondsAfterFinished: undefined }) })),
  },
  {
    rule: 'runHasFinished',
    bug: 'the TTL has no lower bound',
    focus: relisted,
    hooks: says((answer, asked) => {
      const { completionTime } = asked.parent.status ?? {};
      const ttl = asked.parent.spec?.ttlSecondsAfterFinished as number | undefined;
      const over = ttl !== undefined && asked.now.getTime() >= Date.parse(String(completionTime)) + ttl * 1000;
      return finished(asked.parent) && over ? { ...answer, children: [] } : answer;
    }),
  },
  {
    rule: 'respond',
    bug: 'a template that cannot be merged is sent all the same',
    focus: (plan) => first(plan, { after: 0, action: { do: 'doubleVariable', value: true } }),
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) => {
        const job = jobs.find(({ metadata }) => metadata.name === child.metadata.name);
        return job ? { ...child, spec: { ...child.spec, template: job.spec?.template } } : child;
      }),
    })),
  },
  {
    rule: 'isCancelled',
    bug: 'a Job that no suspension reaches is dropped, and the run Cancelled before its pod has stopped',
    focus: (plan) => ({
      ...first(
        { ...plan, mode: 'Execute', items: 30, suspended: false },
        { after: 0, action: { do: 'doubleVariable', value: true } },
        { after: 8, action: { do: 'cancel' } },
      ),
    }),
    hooks: brokenSync((look, asked) => {
      const job = current(asked);
      if (asked.parent.spec?.cancel !== true || !job || !isDoubled(job)) return look(asked.request);
      return look(withSeen(asked.request, { parent: status(asked.parent, { job: undefined }), jobs: [] }));
    }),
  },
  {
    rule: 'respond',
    bug: 'a Job is built without a TTL of its own',
    focus: (plan) => first(plan, { after: 0, action: { do: 'jobTTL', seconds: 0 } }),
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) => {
        const { ttlSecondsAfterFinished: _dropped, ...rest } = child.spec ?? {};
        return jobs.some(({ metadata }) => metadata.name === child.metadata.name) ? child : { ...child, spec: rest };
      }),
    })),
  },
  {
    rule: 'respond',
    bug: 'nobody looks when a report that was ahead comes to count',
    focus: (plan) =>
      first(
        { ...plan, mode: 'DryRun', permission: false },
        { after: 0, action: { do: 'clock', seconds: -600 } },
        { after: 0.1, action: { do: 'approve' } },
        { after: 0, action: { do: 'forgeReport', what: 'counted' } },
      ),
    hooks: says((answer, { parent, now }) => {
      const text = parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '{}';
      const time = /"time":"([^"]+)"/.exec(text)?.[1] ?? '';
      const wake = Math.ceil((Date.parse(time) - 60_000 - now.getTime()) / 1000);
      return answer.resyncAfterSeconds === wake ? { ...answer, resyncAfterSeconds: undefined } : answer;
    }),
  },
  {
    rule: 'runHasFinished',
    bug: 'the TTL does not wake anyone',
    hooks: says((answer) => (finished(answer as never) ? { ...answer, resyncAfterSeconds: undefined } : answer)),
  },
  {
    rule: 'resourceWasRestored',
    bug: 'a report of another uid is ignored',
    hooks: sees(({ parent }) => {
      const text = parent.metadata.annotations?.[REPORT_ANNOTATION];
      return { parent: text?.includes(parent.metadata.uid) === false ? without(parent, REPORT_ANNOTATION) : parent };
    }),
  },
  {
    rule: 'resourceWasRestored',
    bug: 'a status that Velero restored counts as begun, whatever Job it names',
    focus: restored,
    hooks: sees(({ parent, mode }) => {
      const job = parent.status?.job as Json | undefined;
      if (!job || parent.metadata.labels?.[VELERO_LABEL] === undefined) return { parent };
      const { name, uid } = parent.metadata;
      return { parent: status(parent, { job: { ...job, name: jobName(name, runOf(uid, mode)) } }) };
    }),
  },
  {
    rule: 'jobHasEnded',
    bug: 'a cancellation comes before the outcome',
    hooks: brokenSync((look, asked) => {
      const job = current(asked);
      const hide = job && isFinished(job) && asked.parent.spec?.cancel === true && !finished(asked.parent);
      return look(hide ? withSeen(asked.request, { jobs: [] }) : asked.request);
    }),
  },
  {
    rule: 'jobHasEnded',
    bug: 'policy comes before the outcome',
    hooks: brokenSync((look, asked) => {
      const refused = look(withSeen(asked.request, { jobs: [] }));
      return stateIn(refused) === 'PolicyViolation' && !finished(asked.parent)
        ? { ...look(asked.request), status: refused.status }
        : look(asked.request);
    }),
  },
  {
    rule: 'isCancelled',
    bug: 'a cancelled Job is dropped at once',
    hooks: says((answer, { parent }) => (parent.spec?.cancel === true ? { ...answer, children: [] } : answer)),
  },
  {
    rule: 'isCancelled',
    bug: 'a cancellation is ignored',
    hooks: sees(({ parent }) => ({ parent: spec(parent, { cancel: undefined }) })),
  },
  {
    rule: 'isCancelled',
    bug: 'Cancelled is recorded while the Job still drains',
    focus: running,
    hooks: says((answer) =>
      stateIn(answer) !== 'Cancelling'
        ? answer
        : mapConditions(answer, (item) => ({
            ...item,
            reason: 'Cancelled',
            ...(item.type === 'Finished' && { status: 'True' }),
            ...(item.type === 'Succeeded' && { status: 'False' }),
          })),
    ),
  },
  {
    rule: 'isCancelled',
    bug: 'a Job that somebody else suspended is not looked at once more',
    focus: suspendedByOthers,
    hooks: brokenSync((look, asked) => {
      const job = current(asked);
      const asks = ['Suspending', 'Suspended', 'Cancelling'].includes(stateIn(asked.parent as never) ?? '');
      if (!job || !isDrained(job) || asks || asked.parent.spec?.cancel !== true || finished(asked.parent))
        return look(asked.request);
      const conditions = [
        {
          type: 'Finished',
          status: 'False',
          reason: 'Cancelling',
          message: '',
          lastTransitionTime: asked.now.toISOString().replace(/\.\d+/, ''),
        },
      ];
      return look(withSeen(asked.request, { parent: status(asked.parent, { conditions }) }));
    }),
  },
  {
    rule: 'isCancelled',
    bug: 'Cancelled does not wait for the pod of a Job that is not observed',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', permission: false, items: 30, pace: 1 },
        { after: 12, action: { do: 'deleteJob', propagation: 'Background' } },
        { after: 0.7, action: { do: 'cancel' } },
      ),
    hooks: sees((asked) => ({
      parent:
        current(asked) || asked.parent.spec?.cancel !== true ? asked.parent : status(asked.parent, { job: undefined }),
    })),
  },
  {
    rule: 'specIsRefused',
    bug: 'policy is ignored',
    hooks: brokenSync((look, { request, settings }) => look(request, { ...settings, allowedTables: ['*'] })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'policy stops what runs',
    focus: running,
    hooks: says((answer, asked) => {
      const job = current(asked);
      if (!job || isFinished(job) || asked.settings.allowedTables[0] === '*') return answer;
      return {
        ...answer,
        children: answer.children.map((child) =>
          keptAs(
            asked.jobs.find(({ metadata }) => metadata.name === child.metadata.name)!,
            true,
          ),
        ),
      };
    }),
  },
  {
    rule: 'specIsRefused',
    bug: 'a policy violation is never looked at again',
    focus: outlawed,
    hooks: says((answer) =>
      stateIn(answer) === 'PolicyViolation' ? { ...answer, resyncAfterSeconds: undefined } : answer,
    ),
  },
  {
    rule: 'specIsRefused',
    bug: 'an unknown field is ignored',
    focus: misspelled,
    hooks: sees(({ parent }) => ({ parent: spec(parent, { dryRun: undefined }) })),
  },
  {
    rule: 'specIsRefused',
    bug: 'an unknown field stops a Job that runs',
    focus: running,
    hooks: brokenSync((look, asked) => {
      const unknown = 'dryRun' in (asked.parent.spec ?? {});
      return look(unknown ? withSeen(asked.request, { jobs: [] }) : asked.request);
    }),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a ready pod is Running, whether or not it has reached its table',
    focus: (plan) => ({
      ...first(plan, { after: 0, action: { do: 'tableFault', kind: 'Unreachable', seconds: 50 } }),
      permission: true,
      mode: 'absent',
    }),
    hooks: says((answer, asked) =>
      Number(current(asked)?.status?.ready ?? 0) > 0 && stateIn(answer) === 'Pending'
        ? mapConditions(answer, (item) => ({ ...item, reason: 'Running' }))
        : answer,
    ),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a Job that has had no ready pod for long is Running',
    focus: unready,
    hooks: sees((asked) => ({
      jobs: asked.jobs.map((job) =>
        isCurrent(asked, job) && stateIn(asked.parent as never) === 'Running'
          ? { ...job, status: { ...job.status, ready: 1 } }
          : job,
      ),
    })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a Job without a ready pod wakes no one',
    focus: unready,
    hooks: says((answer) => (stateIn(answer) === 'Running' ? { ...answer, resyncAfterSeconds: undefined } : answer)),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a Job that somebody else suspends while it runs is Running',
    focus: (plan) =>
      first({ ...plan, mode: 'absent', items: 30, pace: 4 }, { after: 15, action: { do: 'meddle', what: 'suspend' } }),
    hooks: says((answer, asked) =>
      current(asked)?.spec?.suspend === true &&
      stateIn(asked.parent as never) === 'Running' &&
      stateIn(answer) === 'Pending'
        ? mapConditions(answer, (item) => ({ ...item, reason: 'Running' }))
        : answer,
    ),
  },
  {
    rule: 'observe',
    bug: 'what a killed worker told last is all that was deleted',
    focus: (plan) => killed(plan),
    hooks: says((answer) => {
      const { progress } = answer.status as { progress?: Json };
      return progress ? { ...answer, status: { ...answer.status, progress: { ...progress, atLeast: false } } } : answer;
    }),
  },
  {
    rule: 'observe',
    bug: 'a report takes back what was deleted',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', permission: true, items: 30, pace: 1 },
        { after: 10, action: { do: 'deletePod', force: false } },
        { after: 4, action: { do: 'forgeReport', what: 'running' } },
      ),
    hooks: sees(({ parent }) => ({ parent: status(parent, { progress: undefined }) })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'an observed Job is rebuilt',
    hooks: says((answer, asked) => {
      if (specViolations(asked.parent.spec).length > 0 || !current(asked)) return answer;
      const { parent, mode, settings } = asked;
      const run = runOf(parent.metadata.uid, mode);
      const account = jobName(parent.metadata.name, run);
      const fresh = buildJob({
        account,
        parent: parent.metadata,
        spec: parent.spec as never,
        mode,
        run,
        restarts: 0,
        settings,
      });
      return {
        ...answer,
        children: answer.children.map((child) =>
          child.metadata.name === fresh.metadata.name
            ? { ...fresh, spec: { ...fresh.spec, ...(child.spec?.suspend === true && { suspend: true }) } }
            : child,
        ),
      };
    }),
  },
  {
    rule: 'jobIsObserved',
    bug: 'the observed object itself is returned',
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map(
        (child) => jobs.find(({ metadata }) => metadata.name === child.metadata.name) ?? child,
      ),
    })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'what was last applied is returned',
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) => {
        const text = jobs.find(({ metadata }) => metadata.name === child.metadata.name)?.metadata.annotations?.[
          LAST_APPLIED
        ];
        try {
          return text === undefined ? child : (JSON.parse(text) as ApiObject);
        } catch {
          return child;
        }
      }),
    })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a field of the spec is not kept',
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) => {
        if (!jobs.some(({ metadata }) => metadata.name === child.metadata.name)) return child;
        const { backoffLimit: _dropped, ...rest } = child.spec ?? {};
        return { ...child, spec: rest };
      }),
    })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'the answer sets suspend: false',
    hooks: says((answer) => ({
      ...answer,
      children: answer.children.map((child) => ({ ...child, spec: { suspend: false, ...child.spec } })),
    })),
  },
  {
    rule: 'isPaused',
    bug: 'a pause is ignored',
    hooks: sees(({ parent }) => ({ parent: spec(parent, { suspend: undefined }) })),
  },
  {
    rule: 'isPaused',
    bug: 'Suspended is said while a pod still deletes',
    focus: (plan) => running({ ...plan, permission: false, queued: false, commands: [suspends(3), ...plan.commands] }),
    hooks: says((answer) =>
      stateIn(answer) === 'Suspending'
        ? mapConditions(answer, (item) => ({
            ...item,
            reason: 'Suspended',
            ...(item.type === 'Suspended' && { status: 'True' }),
          }))
        : answer,
    ),
  },
  {
    rule: 'anotherJobIsAlive',
    bug: 'our Job, as somebody has changed it, is dropped once it has ended, and made again',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', items: 5, pace: 1 },
        { after: 4, action: { do: 'outage', kind: 'refused', seconds: 60 } },
        { after: 0, action: { do: 'meddle', what: 'runLabel' } },
        { after: 90, action: { do: 'write', items: 4 } },
      ),
    hooks: says((answer, asked) => ({
      ...answer,
      children: answer.children.filter(({ metadata: { name } }) => {
        const job = asked.jobs.find(({ metadata }) => metadata.name === name);
        return !job || isCurrent(asked, job) || !isFinished(job);
      }),
    })),
  },
  {
    rule: 'isNew',
    bug: 'nobody is told that the API server refuses a Job',
    focus: (plan) => first(plan, { after: 0, action: { do: 'refuse', kind: 'Job', seconds: 300 } }, suspends(290)),
    hooks: says((answer) =>
      mapConditions(answer, (item) =>
        String(item.message).includes('has not appeared since') ? { ...item, message: 'Job x is created' } : item,
      ),
    ),
  },
  {
    rule: 'isNew',
    bug: 'since when a Job is asked for is forgotten at every look',
    focus: (plan) => first(plan, { after: 0, action: { do: 'refuse', kind: 'Job', seconds: 300 } }, suspends(290)),
    hooks: sees(({ parent }) => ({ parent: status(parent, { creatingSince: undefined }) })),
  },
  {
    rule: 'isPaused',
    bug: 'a Job is suspended, and stays in its queue',
    hooks: says((answer) => ({ ...answer, children: answer.children.map(inItsQueue) })),
    focus: (plan) => ({ ...plan, queued: true, suspended: false, commands: [suspends(20), ...plan.commands] }),
  },
  {
    rule: 'isPaused',
    bug: 'a Job that has left its queue is to go back into it',
    hooks: sees(({ jobs }) => ({ jobs: jobs.map(inItsQueue) })),
    focus: (plan) => ({ ...plan, queued: true, suspended: false, commands: [suspends(20), ...plan.commands] }),
  },
  {
    rule: 'jobIsObserved',
    bug: 'the labels are not kept',
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) =>
        jobs.some(({ metadata }) => metadata.name === child.metadata.name)
          ? { ...child, metadata: { ...child.metadata, labels: {} } }
          : child,
      ),
    })),
  },
  {
    rule: 'jobWasLost',
    bug: 'a lost Job is made again at once',
    hooks: sees((asked) => ({
      parent: current(asked) ? asked.parent : status(asked.parent, { job: undefined, restart: undefined }),
    })),
  },
  {
    rule: 'restartIsScheduled',
    bug: 'a lost Job is never made again',
    hooks: says((answer) => (stateIn(answer) === 'Restarting' ? { ...answer, children: [] } : answer)),
  },
  {
    rule: 'restartIsScheduled',
    bug: 'the wait of a restart wakes no one',
    hooks: says((answer) => (stateIn(answer) === 'Restarting' ? { ...answer, resyncAfterSeconds: undefined } : answer)),
  },
  {
    rule: 'jobWasLost',
    bug: 'job.uid is not cleared',
    hooks: says((answer, { parent }) =>
      stateIn(answer) === 'Restarting'
        ? { ...answer, status: { ...answer.status, job: parent.status?.job ?? answer.status.job } }
        : answer,
    ),
  },
  {
    rule: 'restartIsScheduled',
    bug: 'the time of a restart is not waited for',
    hooks: brokenSync((look, { request, now }) => look(request, undefined, new Date(now.getTime() + 250_000))),
  },
  {
    rule: 'isNew',
    bug: 'every Job that is built has another name',
    hooks: says((answer, { jobs, now }) => ({
      ...answer,
      children: answer.children.map((child) => {
        if (jobs.some(({ metadata }) => metadata.name === child.metadata.name)) return child;
        const suffix = createHash('sha256').update(String(now.getTime())).digest('hex').slice(0, 4);
        return { ...child, metadata: { ...child.metadata, name: `${child.metadata.name}-${suffix}` } };
      }),
    })),
  },
  {
    rule: 'pausedBeforeStart',
    bug: 'a Job is built while it is to be paused',
    hooks: brokenSync((look, asked) =>
      look(
        current(asked)
          ? asked.request
          : withSeen(asked.request, { parent: spec(asked.parent, { suspend: undefined }) }),
      ),
    ),
  },
  {
    rule: 'pausedBeforeStart',
    bug: 'Suspended is recorded while a Job that is not observed may be deleting',
    focus: (plan) =>
      first(
        { ...plan, mode: 'absent', permission: false, suspended: false, items: 5, pace: 1 },
        { after: 0, action: { do: 'staleJobs', seconds: 4 } },
        { after: 1, action: { do: 'suspend', value: true } },
      ),
    hooks: sees((asked) => ({
      parent: current(asked) ? asked.parent : status(asked.parent, { job: undefined, restart: undefined }),
    })),
  },
  {
    rule: 'respond',
    bug: 'a message contains the current time',
    hooks: says((answer, { now }) =>
      mapConditions(answer, (item) => ({
        ...item,
        message: `${item.message as string} ${now.getTime()}`.slice(-1024),
      })),
    ),
  },
  {
    rule: 'respond',
    bug: 'lastTransitionTime changes in every answer',
    hooks: says((answer, { now }) =>
      mapConditions(answer, (item) => ({ ...item, lastTransitionTime: now.toISOString() })),
    ),
  },
  {
    rule: 'observe',
    bug: 'a failure is a success',
    hooks: sees(({ jobs }) => ({
      jobs: jobs.map((job) => (hasCondition(job, 'Failed') ? renamed(job, 'Failed', 'Complete') : job)),
    })),
  },
  {
    rule: 'observe',
    bug: 'FailureTarget is the end',
    hooks: sees(({ jobs }) => ({
      jobs: jobs.map((job) => (isFinished(job) ? job : renamed(job, 'FailureTarget', 'Failed'))),
    })),
  },
  {
    rule: 'observe',
    bug: 'a Job that was just suspended is drained',
    hooks: sees(({ jobs }) => ({
      jobs: jobs.map((job) =>
        job.spec?.suspend === true && !isDrained(job)
          ? {
              ...job,
              status: {
                conditions: [{ type: 'Suspended', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
              },
            }
          : job,
      ),
    })),
  },
  {
    rule: 'respond',
    bug: 'null among the children',
    hooks: says((answer) => ({ ...answer, children: [...answer.children, null] })),
  },
  {
    rule: 'respond',
    bug: 'a Job in another namespace',
    hooks: says((answer) => ({
      ...answer,
      children: answer.children.map((child) => ({
        ...child,
        metadata: { ...child.metadata, namespace: 'kube-system' },
      })),
    })),
  },
  {
    rule: 'respond',
    bug: 'an annotation decides what is created',
    hooks: says((answer, { jobs }) => {
      const text = jobs
        .map(({ metadata }) => metadata.annotations?.[LAST_APPLIED])
        .find((value) => value?.includes('Secret'));
      return text === undefined
        ? answer
        : {
            ...answer,
            children: [
              ...answer.children,
              { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'default' } },
            ],
          };
    }),
  },
  {
    rule: 'createJob',
    bug: 'a Job does not wait for the rights of its worker',
    focus: (plan) => first({ ...plan, permission: true }, { after: 0, action: { do: 'refuseRights', seconds: 90 } }),
    hooks: brokenSync((look, { request, parent, mode, settings }) => {
      const answer = look(request);
      const { metadata } = parent;
      const run = runOf(metadata.uid, mode);
      if (stateIn(answer) !== 'Pending' || answer.children.length > 0 || specViolations(parent.spec).length > 0)
        return answer;
      const account = (parent.spec?.serviceAccountName as string | undefined) ?? jobName(metadata.name, run);
      const asked = { parent: metadata, spec: parent.spec as never, mode, run, restarts: 0, account, settings };
      return { ...answer, children: [buildJob(asked) as unknown as ApiObject] };
    }),
  },
  {
    rule: 'respond',
    bug: 'the rights go while the Job is paused',
    focus: (plan) => first({ ...plan, permission: true }, { after: 8, action: { do: 'suspend', value: true } }),
    hooks: grants((rights, answer) => (stateIn(answer)?.startsWith('Suspend') === true ? [] : rights)),
  },
  {
    rule: 'respond',
    bug: 'rights that somebody took away do not come back',
    focus: (plan) =>
      first(
        { ...plan, permission: true, items: 20, pace: 2 },
        { after: 9, action: { do: 'takeRights', what: 'Role' } },
      ),
    hooks: grants((rights, answer, { request }) =>
      stateIn(answer) === 'Pending'
        ? rights
        : rights.filter(({ kind, metadata: { name, namespace } }) => observedRight(request, kind, namespace, name)),
    ),
  },
  {
    rule: 'respond',
    bug: 'a right that somebody changed stays as it is',
    focus: (plan) =>
      first(
        { ...plan, permission: true, items: 20, pace: 2 },
        { after: 9, action: { do: 'takeRights', what: 'change' } },
      ),
    hooks: brokenSync((look, { request, parent, mode }) => {
      const name = jobName(parent.metadata.name, runOf(parent.metadata.uid, mode));
      const role = observedRight(request, 'Role', parent.metadata.namespace, name);
      const exact = rightsOf({ name, account: name }, parent.metadata).find(({ kind }) => kind === 'Role');
      const groups = request.children as Record<string, Record<string, unknown>>;
      if (!role || !exact) return look(request);
      const key = `${parent.metadata.namespace}/${name}`;
      return look({
        ...request,
        children: { ...groups, [ROLES]: { ...groups[ROLES], [key]: { ...role, ...exact, metadata: role.metadata } } },
      } as unknown as CompositeRequest);
    }),
  },
  {
    rule: 'respond',
    bug: 'the rights stay after the end',
    focus: (plan) => ({ ...plan, permission: true, named: false }),
    hooks: grants((rights, answer, { request, parent, mode }) => {
      if (!finished(answer as never)) return rights;
      const name = jobName(parent.metadata.name, runOf(parent.metadata.uid, mode));
      return (rightsOf({ name, account: name }, parent.metadata) as unknown as ApiObject[]).filter(
        ({ kind, metadata }) => observedRight(request, kind, metadata.namespace, name),
      );
    }),
  },
  {
    rule: 'respond',
    bug: 'a Role for one more verb',
    hooks: grants((rights) =>
      rights.map((right) =>
        right.kind === 'Role'
          ? { ...right, rules: [{ ...(right.rules?.[0] as object), verbs: ['patch', 'update'] }] }
          : right,
      ),
    ),
  },
  {
    rule: 'respond',
    bug: 'a Role for every resource of its namespace',
    hooks: grants((rights) =>
      rights.map((right) =>
        right.kind === 'Role'
          ? { ...right, rules: [{ ...(right.rules?.[0] as object), resourceNames: ['*'] }] }
          : right,
      ),
    ),
  },
  {
    rule: 'respond',
    bug: 'the rights of a run go to the default account',
    hooks: grants((rights) =>
      rights.map((right) =>
        right.kind === 'RoleBinding' ? { ...right, subjects: [{ ...right.subjects![0]!, name: 'default' }] } : right,
      ),
    ),
  },
  {
    rule: 'finalize',
    bug: 'the rights go before the Job has drained',
    hooks: {
      sync,
      finalize: (request, settings, now) => split(finalize(request, settings, now) as unknown as Answer).answer,
    },
  },
  {
    rule: 'respond',
    bug: 'messages of any length',
    hooks: says((answer) => mapConditions(answer, (item) => ({ ...item, message: 'x'.repeat(2000) }))),
  },
  { rule: 'respond', bug: 'sync says finalized', hooks: says((answer) => ({ ...answer, finalized: true })) },
  { rule: 'respond', bug: 'an empty answer', hooks: brokenSync(() => ({})) },
  {
    rule: 'respond',
    bug: 'not the same bytes',
    hooks: says((answer) => mapConditions(answer, (item) => ({ ...item, message: `call ${++calls}` }))),
  },
  // finalize.
  {
    rule: 'finalize',
    bug: 'finalized at once',
    hooks: brokenFinalize((answer) => ({ ...answer, children: [], finalized: true })),
  },
  {
    rule: 'finalize',
    bug: 'Jobs are dropped undrained',
    hooks: brokenFinalize((answer) => ({ ...answer, children: [] })),
  },
  { rule: 'finalize', bug: 'never finalized', hooks: brokenFinalize((answer) => ({ ...answer, finalized: false })) },
  {
    rule: 'finalize',
    bug: 'Jobs run on',
    hooks: brokenFinalize((answer, { jobs }) => ({
      ...answer,
      children: jobs.filter((job) => !isDrained(job)).map((job) => keptAs(job, false)),
    })),
  },
  {
    rule: 'finalize',
    bug: 'drained Jobs are kept',
    hooks: brokenFinalize((answer, { jobs }) => ({ ...answer, children: jobs.map((job) => keptAs(job, true)) })),
  },
  {
    rule: 'finalize',
    bug: 'a Job is built',
    hooks: {
      sync,
      finalize: (request, settings, now) => {
        const { deletionTimestamp: _deleted, ...metadata } = request.parent.metadata;
        return { ...sync({ ...request, parent: { ...request.parent, metadata } }, settings, now), finalized: false };
      },
    },
  },
  // The worker's fence.
  {
    rule: 'fence',
    bug: 'there is no fence',
    focus: alone,
    fence: fence({
      verdict: (memory, answer, self, now) => ({
        ...WORKERS_FENCE.verdict(memory, answer, self, now),
        verdict: { kind: 'go' },
      }),
    }),
  },
  {
    rule: 'fence',
    bug: 'a cancellation is not seen',
    focus: unserved({ do: 'cancel' }),
    fence: blind((parent) => spec(parent, { cancel: undefined })),
  },
  {
    rule: 'fence',
    bug: 'a pause is not seen',
    focus: unserved({ do: 'suspend', value: true }),
    fence: blind((parent) => spec(parent, { suspend: undefined })),
  },
  {
    rule: 'fence',
    bug: 'the deletion of the parent is not seen',
    focus: unserved({ do: 'deleteParent', propagation: 'Background' }),
    fence: blind(({ metadata: { deletionTimestamp: _unseen, ...metadata }, ...parent }) => ({ ...parent, metadata })),
  },
  {
    rule: 'fence',
    bug: 'a finished run is not seen',
    focus: unserved({ do: 'forgeStatus', what: 'finished' }),
    fence: blind((parent) => status(parent, { conditions: [] })),
  },
  {
    rule: 'fence',
    bug: 'a successor is not seen',
    focus: alone,
    fence: blind((parent) => status(parent, { job: undefined })),
  },
  {
    rule: 'fence',
    bug: 'a pod that first looks after its Job was recorded as lost goes on',
    focus: (plan) => ({
      ...plan,
      mode: 'absent',
      permission: true,
      suspended: false,
      queued: false,
      deadline: undefined,
      items: 30,
      pace: 4,
      commands: [
        { after: 1 + (plan.seed % 40) / 20, action: { do: 'deleteJob', propagation: 'Orphan' } },
        { after: 70, action: { do: 'repeat' } },
      ],
    }),
    fence: blind((parent) => status(parent, { seenJobs: [] })),
  },
  {
    rule: 'fence',
    bug: 'a parent that is gone is not seen',
    focus: alone,
    fence: fence({
      verdict: (memory, answer, self, now) =>
        WORKERS_FENCE.verdict(memory, answer.kind === 'gone' ? { kind: 'none', why: '' } : answer, self, now),
      mayWrite: () => true,
    }),
  },
  { rule: 'fence', bug: 'writes go on without an answer', focus: alone, fence: fence({ mayWrite: () => true }) },
  {
    rule: 'fence',
    bug: 'a refusal takes the fence away',
    focus: deprived,
    fence: fence({
      verdict: (memory, answer, self, now) => {
        const judged = WORKERS_FENCE.verdict(memory, answer, self, now);
        const refused = answer.kind === 'none' && answer.status === 403;
        return refused ? { ...judged, memory: { ...judged.memory, lastAnswer: undefined } } : judged;
      },
      mayWrite: (memory, now) => memory.lastAnswer === undefined || WORKERS_FENCE.mayWrite(memory, now),
    }),
  },
  {
    rule: 'fence',
    bug: 'the recorded and the reported target are not compared',
    focus: tableRecreated,
    fence: blind((parent) => without(status(parent, { target: undefined }), REPORT_ANNOTATION)),
  },
  {
    rule: 'fence',
    bug: 'the reported target is not compared',
    focus: tableRecreatedUnrecorded,
    fence: blind((parent) => without(parent, REPORT_ANNOTATION)),
  },
  {
    rule: 'isNew',
    bug: 'the approved Job is not told its target',
    focus: tableRecreatedBeforeApproval,
    fence: blind((parent) => without(status(parent, { target: undefined }), REPORT_ANNOTATION)),
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) =>
        jobs.some(({ metadata }) => metadata.name === child.metadata.name) ? child : untold(child),
      ),
    })),
  },
  {
    rule: 'isNew',
    bug: 'the approved Job is not told its target, and its Secret has changed',
    focus: secretChangedBeforeApproval,
    fence: blind((parent) => without(status(parent, { target: undefined }), REPORT_ANNOTATION)),
    hooks: says((answer, { jobs }) => ({
      ...answer,
      children: answer.children.map((child) =>
        jobs.some(({ metadata }) => metadata.name === child.metadata.name) ? child : untold(child),
      ),
    })),
  },
  {
    rule: 'jobIsObserved',
    bug: 'a pod that something else keeps is at work',
    focus: keptBySidecar,
    hooks: says((answer) =>
      mapConditions(answer, (item) =>
        String(item.message).includes('has ended, but something else')
          ? { ...item, message: 'Job x is deleting items' }
          : item,
      ),
    ),
  },
  {
    rule: 'fence',
    bug: 'a verified end is not seen',
    focus: verifiedAndLost,
    fence: fence({ endedBefore: () => undefined }),
  },
  {
    rule: 'fence',
    bug: 'an answer is waited for without end',
    focus: deprived,
    fence: fence({ mustGiveUp: () => false }),
  },
  // What a worker reports of all attempts.
  {
    rule: 'report',
    bug: 'the counts are those of this attempt',
    focus: replaced,
    reports: counts((progress, { deletedItems }) => ({ ...progress, itemsDeleted: deletedItems })),
  },
  {
    rule: 'report',
    bug: 'what this attempt did counts twice',
    reports: counts((progress, { deletedItems }) => ({
      ...progress,
      itemsDeleted: Number(progress.itemsDeleted ?? 0) + deletedItems,
    })),
  },
  {
    rule: 'report',
    bug: 'what a killed attempt told last is all that it did',
    focus: killedAndGone,
    reports: counts(({ atLeast: _dropped, ...progress }) => progress),
  },
];
