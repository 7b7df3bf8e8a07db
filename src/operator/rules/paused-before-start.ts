import type { Decision, Situation } from './rule.js';

/** No Job is created while it would be paused. */
export function pausedBeforeStart({ wantsSuspension }: Situation): Decision | undefined {
  return wantsSuspension ? { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] } : undefined;
}
