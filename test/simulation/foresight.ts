import type { CompositeRequest } from '../../src/api/hooks.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { WireAnswer } from '../models/cluster/metacontroller.js';
import { type ApiObject, same } from '../models/cluster/objects.js';
import type { Call } from '../models/cluster/webhook.js';

/** Recorded times have no fractions, and the end of a Job is recorded a moment later: a look may be late by as much. */
const LATE_MS = 10_000;
/** Where nobody asks for another look, there is none for a long time. */
const TWO_DAYS_MS = 172_800_000;

/**
 * Whether a call was answered with what is there already, so that nothing but time brings another look; and what is wrong with it:
 * what the hook would say just before the look that it asks for, it must say at once, or nobody would see it.
 */
export function foresight({ request, answer, foresee, now }: Call): { isAtRest: boolean; wrong?: string } {
  if (!answer || !foresee || !isThere(answer, request)) return { isAtRest: false };
  const atOnce = foresee(answer.status, now);
  if (!isSame(atOnce, answer)) return { isAtRest: false };
  const { resyncAfterSeconds: wait } = answer;
  const wakes = wait === undefined ? TWO_DAYS_MS : Math.max(0, wait * 1000 - LATE_MS);
  const later = foresee(answer.status, new Date(now.getTime() + wakes));
  if (isSame(later, answer)) return { isAtRest: true };
  return { isAtRest: true, wrong: `${stateIn(answer)} becomes ${stateIn(later)}, and nobody looks` };
}

/** Whether an answer asks for nothing but the objects that were observed, as they are. */
function isThere({ children = [] }: WireAnswer, request: CompositeRequest): boolean {
  const observed = Object.values(request.children).flatMap((group) => Object.values(group as Record<string, unknown>));
  return same(namesOf(children), namesOf(observed));
}

const namesOf = (objects: readonly unknown[]): string[] =>
  (objects as readonly (ApiObject | null)[])
    .flatMap((object) => (object ? `${object.kind}/${object.metadata.name}/${object.spec?.suspend === true}` : []))
    .sort();

const isSame = (a: WireAnswer, b: WireAnswer): boolean =>
  same(a.status, b.status) && same(namesOf(a.children ?? []), namesOf(b.children ?? []));

const stateIn = ({ status }: WireAnswer): string => conditionOf({ status }, 'Finished')?.reason ?? 'nothing';
