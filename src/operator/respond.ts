import type { Child, CompositeResponse, ObservedJob } from '../api/hooks.js';
import type { Settings } from '../api/settings.js';
import { isFinishedState } from '../api/states.js';
import { ownChildrenOnly } from './desired/own-children-only.js';
import { statusOf } from './desired/status.js';
import { observedIn, wishedJob } from './desired/wished-jobs.js';
import { bearerOf, workerRights } from './desired/worker-rights.js';
import { textOf } from './messages.js';
import { DRAIN_LIMIT_SECONDS } from './observe/draining.js';
import { unreachableEntry } from './observe/unmergeable.js';
import type { AnyJob } from './rights.js';
import type { Situation } from './observe/situation.js';
import type { Decision, Wish } from './rules/rule.js';
import { earliest, secondsUntil } from './time.js';

/**
 * Turns a decision into a response: the Jobs it wishes for, the other Jobs that are draining, the rights of their workers, and the
 * status.
 */
export function respond(situation: Situation, decision: Decision, settings: Settings): CompositeResponse {
  const { parent, others, now } = situation;
  const wishes: readonly Wish[] = [...decision.jobs, ...others.stopping.map((drain) => ({ drain }))];
  const jobs = wishes.flatMap((wish) => wishedJob(wish, situation, settings) ?? []);
  const observed = wishes.flatMap((wish) => observedIn(wish) ?? []);
  return answer({
    parent,
    content: {
      status: statusOf(situation, decision, messageOf(decision) + notesOn(situation, decision, jobs, observed)),
      children: [...jobs, ...workerRights(situation, decision)],
    },
    wakes: [...(decision.wakes ?? []), others.deadline, situation.reportCountsFrom],
    now,
  });
}

/** Completes a response: checks its children one last time, and sets when to ask again. */
export function answer<T extends { children: Child[] }>({
  parent,
  content,
  wakes,
  now,
}: {
  parent: Situation['parent'];
  content: T;
  wakes: readonly (Date | undefined)[];
  now: Date;
}): T & { resyncAfterSeconds?: number } {
  const next = earliest(wakes);
  return ownChildrenOnly(parent, { ...content, ...(next && { resyncAfterSeconds: secondsUntil(next, now) }) });
}

/** The message, with a warning about Jobs that were dropped undrained unless a recorded message already contains it. */
function messageOf({ message, abandoned = [] }: Decision): string {
  const text = textOf(message);
  if (abandoned.length === 0) return text;
  const warning = textOf({ key: 'podMayLiveOn', jobs: abandoned.join(', '), seconds: DRAIN_LIMIT_SECONDS });
  return text.endsWith(warning) ? text : text + warning;
}

function notesOn(
  situation: Situation,
  { state }: Decision,
  jobs: readonly AnyJob[],
  observed: readonly ObservedJob[],
): string {
  if (isFinishedState(state)) return '';
  const built = jobs.filter((job) => observed.every(({ metadata }) => metadata.name !== job.metadata.name));
  return noteOnChange(observed) + noteOnRights(situation, [...observed, ...built]);
}

/** What does not reach a Job that Metacontroller cannot change. */
function noteOnChange(observed: readonly ObservedJob[]): string {
  const notes = observed.map((job) => {
    const entry = unreachableEntry(job);
    return entry === undefined ? '' : textOf({ key: 'jobCannotChange', job: job.metadata.name, entry });
  });
  return notes.join('');
}

/** What a run lacks whose worker gets no token. */
function noteOnRights({ rights }: Situation, jobs: readonly AnyJob[]): string {
  if (jobs.every((job) => bearerOf(job) !== undefined)) return '';
  return textOf({ key: 'workerHasNoToken', why: WHY_NO_TOKEN[rights.by] });
}

const WHY_NO_TOKEN = {
  operator: 'this Job was created without one',
  nobody: 'WORKER_RIGHTS is none, and spec.serviceAccountName names no account',
  'not listed': 'the CompositeController does not list serviceaccounts, roles and rolebindings',
} as const;
