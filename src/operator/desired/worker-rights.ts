import type { ObservedRight } from '../../api/hooks.js';
import type { Right, RoleBinding } from '../../api/rights.js';
import { isFinishedState, type State } from '../../api/states.js';
import { jobIsFinished, suspensionIsDrained } from '../observe/job-status.js';
import type { Situation } from '../observe/situation.js';
import { type AnyJob, type Bearer, grantsThis, mountsToken, observedFor, podSpecOf, rightsOf } from '../rights.js';
import type { Decision, Wish } from '../rules/rule.js';
import { isNameOfRun } from '../run-name.js';
import { observedIn } from './wished-jobs.js';

type Owner = Situation['parent'];

/**
 * The rights that a decision calls for: those of the Jobs that may still have a pod. They go with the answer that records a run's
 * end, or once its Job has drained. Rights that grant anything else than they should are left out, so that they are deleted; the
 * next answer holds them again.
 */
export function workerRights(situation: Situation, { jobs, state }: Decision): Right[] {
  const { parent, rights, others } = situation;
  const { by, observed } = rights;
  const granted = jobs
    .flatMap((wish) => bearersOf(wish, situation, state))
    .flatMap((bearer) => held(bearer, parent, observed, by === 'operator'));
  const stopping = [...others.stopping.map(({ metadata }) => metadata.name), ...namesOfStopping(situation, state)];
  return distinct([...granted, ...keptRights(stopping, parent, observed)]);
}

/** The rights of Jobs that are to stop, as far as they are there: nothing is granted any more. */
export function keptRights(names: readonly string[], parent: Owner, observed: readonly ObservedRight[]): Right[] {
  return names
    .filter((name) => isNameOfRun(name, parent))
    .flatMap((name) => held({ name, account: accountIn(observed, name) ?? name }, parent, observed, false));
}

/** The states in which a Job that is not observed may still have a pod, which reports its end. */
const MAY_HAVE_A_POD: readonly State[] = ['Restarting', 'Cancelling'];

function namesOfStopping({ newJobName }: Situation, state: State): string[] {
  return MAY_HAVE_A_POD.includes(state) ? [newJobName] : [];
}

function bearersOf(wish: Wish, { rights, parent }: Situation, state: State): Bearer[] {
  const job = observedIn(wish);
  if (!job) return rights.bearer ? [rights.bearer] : [];
  // Of a finished run, only what has not drained yet; of another one, also what is paused.
  if (jobIsFinished(job) || (isFinishedState(state) && suspensionIsDrained(job))) return [];
  const bearer = bearerOf(job);
  return bearer && isNameOfRun(bearer.name, parent) ? [bearer] : [];
}

/** Whose rights a Job's pods use; undefined if they have no token. */
export function bearerOf(job: AnyJob): Bearer | undefined {
  const account = podSpecOf(job).serviceAccountName;
  return mountsToken(job) && typeof account === 'string' ? { name: job.metadata.name, account } : undefined;
}

/** A bearer's rights that are there or may be granted. */
function held(bearer: Bearer, parent: Owner, observed: readonly ObservedRight[], mayGrant: boolean): Right[] {
  return rightsOf(bearer, parent).filter((right) => {
    const found = observedFor(right, observed);
    return found ? grantsThis(right, found) : mayGrant;
  });
}

function accountIn(observed: readonly ObservedRight[], name: string): string | undefined {
  const binding = observed.find(({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === name);
  const account = (binding?.subjects as Partial<RoleBinding['subjects']> | undefined)?.[0]?.name;
  return typeof account === 'string' ? account : undefined;
}

function distinct(rights: readonly Right[]): Right[] {
  return [...new Map(rights.map((right) => [`${right.kind}/${right.metadata.name}`, right])).values()];
}
