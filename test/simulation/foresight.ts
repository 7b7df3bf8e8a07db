import type { CompositeRequest } from '../../src/api/hooks.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { WireAnswer } from '../models/cluster/metacontroller.js';
import { type ApiObject, same } from '../models/cluster/objects.js';
import type { Call } from '../models/cluster/webhook.js';

/** Recorded times have no fractions, and the end of a Job is recorded a moment later: a call may come late by as much. */
const LATE_MS = 10_000;
/** Where an answer asks for no other call, there is none for a long time. */
const TWO_DAYS_MS = 172_800_000;

/**
 * Looks ahead from an answer that changes nothing but the status: then nothing but time leads to another call. Just before the call
 * that the answer asks for, the hook must still say the same. What it would say before, nobody would learn in time.
 */
export function foresight({ request, answer, foresee, now }: Call): { isAtRest: boolean; wrong?: string } {
  if (!answer || !foresee || !isThere(answer, request)) return { isAtRest: false };
  const atOnce = foresee(answer.status, now);
  if (!isSame(atOnce, answer)) return { isAtRest: false };
  const { resyncAfterSeconds } = answer;
  const wait = resyncAfterSeconds === undefined ? TWO_DAYS_MS : resyncAfterSeconds * 1000 - LATE_MS;
  if (wait <= 0) return { isAtRest: false };
  const later = foresee(answer.status, new Date(now.getTime() + wait));
  if (isSame(later, answer)) return { isAtRest: true };
  return { isAtRest: true, wrong: `${stateIn(answer)} becomes ${stateIn(later)}, and nothing leads to a call` };
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
