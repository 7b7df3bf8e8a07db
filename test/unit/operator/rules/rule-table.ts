import t from 'tap';
import type { CurrentJob } from '../../../../src/operator/observe/current-job.js';
import { observe } from '../../../../src/operator/observe/situation.js';
import type { Decision, Rule, Situation } from '../../../../src/operator/rules/rule.js';
import { jobStatus, NOW, observedJob, request } from '../../../support/builders.js';
import { defaultSettings } from '../../../support/settings.js';

/** A resource that was just created: no rule but isNew applies. */
export const NEW: Situation = observe(request(), defaultSettings, NOW);
/** The Job of a run, its pod ready. */
export const JOB = observedJob({ status: jobStatus.running });
/** As a situation has it. */
export const RUNNING: CurrentJob = currentJob({ hasReached: true });
export const NAME = RUNNING.name;
/** Of a run that has had a Job. */
export const SEEN_JOBS = [{ mode: 'Execute', uid: 'job-1' }] as const;
/** What a decision sets for an observed Job. */
export const SEEN = { job: { name: NAME, uid: 'job-1' }, restarts: 0 };
export const OBJECTION = { state: 'PolicyViolation', message: 'why' } as const;
export const OUTCOME = {
  state: 'TableNotFound',
  message: { text: 'gone' },
  time: new Date('2026-11-23T02:10:30Z'),
} as const;
/** When RUNNING was created and started. */
export const CREATED = new Date('2026-11-23T02:10:01Z');

export function currentJob(change: Partial<CurrentJob> = {}): CurrentJob {
  const { job } = observe(request({}, JOB), defaultSettings, NOW);
  if (!job) throw new Error('the Job is not observed');
  return { ...job, ...change };
}

export interface RuleRow {
  why: string;
  /** How the situation differs from NEW. */
  given: Partial<Situation>;
  /** Undefined: the rule does not apply. */
  decision: Decision | undefined;
}

export function ruleTable(rule: Rule, rows: readonly RuleRow[]): void {
  for (const { why, given, decision } of rows)
    t.test(why, async (t) => {
      const situation = { ...NEW, ...given };
      const before = structuredClone(situation);
      t.strictSame(rule(situation), decision);
      t.same(situation, before, 'a rule changes nothing');
    });
}
