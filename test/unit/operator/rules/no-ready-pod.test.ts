import t from 'tap';
import { noReadyPod } from '../../../../src/operator/rules/no-ready-pod.js';
import { CREATED, currentJob, NAME, NEW } from './rule-table.js';

const common = { job: NAME, since: CREATED, namespace: 'default' };

for (const [hasPod, key, reason] of [
  [true, 'jobHasNoReadyPod', 'its pods tell why'],
  [false, 'jobHasNoPod', 'there is none to ask: the Job tells'],
] as const)
  t.test(reason, async (t) =>
    t.strictSame(noReadyPod(currentJob({ hasPod }), CREATED, NEW.parent), { key, ...common }),
  );
