import type { CompositeResponse } from '../api/hooks.js';
import type { Job } from '../api/job.js';
import type { Settings } from '../api/settings.js';
import { ownJobsOnly } from './desired/own-jobs-only.js';
import { statusOf } from './desired/status.js';
import { wishedJob } from './desired/wished-jobs.js';
import { textOf } from './messages.js';
import { DRAIN_LIMIT_SECONDS } from './observe/draining.js';
import type { Situation } from './observe/situation.js';
import type { Decision, Wish } from './rules/rule.js';
import { earliest, secondsUntil } from './time.js';

/** Turns a decision into a response: the Jobs it wishes for, the other Jobs that are draining, and the status. */
export function respond(situation: Situation, decision: Decision, settings: Settings): CompositeResponse {
  const { parent, others, now } = situation;
  const wishes: readonly Wish[] = [...decision.jobs, ...others.stopping.map((drain) => ({ drain }))];
  return answer({
    namespace: parent.namespace,
    content: {
      status: statusOf(situation, decision, messageOf(decision)),
      children: wishes.map((wish) => wishedJob(wish, situation, settings)),
    },
    wakes: [...(decision.wakes ?? []), others.deadline, situation.reportCountsFrom],
    now,
  });
}

/** Completes a response: checks its Jobs one last time, and sets when to ask again. */
export function answer<T extends { children: Job[] }>({
  namespace,
  content,
  wakes,
  now,
}: {
  namespace: string;
  content: T;
  wakes: readonly (Date | undefined)[];
  now: Date;
}): T & { resyncAfterSeconds?: number } {
  const next = earliest(wakes);
  return ownJobsOnly(namespace, { ...content, ...(next && { resyncAfterSeconds: secondsUntil(next, now) }) });
}

/** The message, with a warning about Jobs that were dropped undrained unless a recorded message already contains it. */
function messageOf({ message, abandoned = [] }: Decision): string {
  const text = textOf(message);
  if (abandoned.length === 0) return text;
  const warning = textOf({ key: 'podMayLiveOn', jobs: abandoned.join(', '), seconds: DRAIN_LIMIT_SECONDS });
  return text.endsWith(warning) ? text : text + warning;
}
