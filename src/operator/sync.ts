import type { CompositeRequest, CompositeResponse } from '../api/hooks.js';
import type { Settings } from '../api/settings.js';
import { keptJob } from './desired/kept-job.js';
import { keptRights } from './desired/worker-rights.js';
import { observe, type Situation } from './observe/situation.js';
import { answer, respond } from './respond.js';
import { RULES } from './rules/index.js';
import type { Decision, Rule } from './rules/rule.js';

/**
 * Decides what should exist for a DdbctlDpJob and what its status should say. Pure: the same request, settings and time give
 * the same bytes.
 *
 * @throws never, whatever the API server may have stored; an error is a bug.
 */
export function sync(request: CompositeRequest, settings: Settings, now: Date): CompositeResponse {
  const situation = observe(request, settings, now);
  if (situation.parent.deletionTimestamp !== undefined) return comeToRest(situation);
  return respond(situation, decide(situation), settings);
}

/** The decision of the first rule that applies. */
export function decide(situation: Situation, rules: readonly Rule[] = RULES): Decision {
  for (const rule of rules) {
    const decision = rule(situation);
    if (decision) return decision;
  }
  throw new Error('no rule applies');
}

/** A resource that is being deleted gets nothing new. (Metacontroller then calls finalize, but a request can be stale.) */
function comeToRest({ parent, stored, job, others, rights, now }: Situation): CompositeResponse {
  const stopping = [...(job?.draining.stopping ?? []), ...others.stopping];
  const names = stopping.map(({ metadata }) => metadata.name);
  return answer({
    parent,
    content: {
      status: stored,
      children: [
        ...stopping.map((each) => keptJob(each, parent.namespace, { suspend: true })),
        ...keptRights(names, parent, rights.observed),
      ],
    },
    wakes: [job?.draining.deadline, others.deadline],
    now,
  });
}
