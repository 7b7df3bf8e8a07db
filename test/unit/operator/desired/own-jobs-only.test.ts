import t from 'tap';
import { ownJobsOnly } from '../../../../src/operator/desired/own-jobs-only.js';

const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'default' } };

for (const [reason, child, passes] of [
  ['a Job of the own namespace', job, true],
  ['of another namespace', { ...job, metadata: { namespace: 'kube-system' } }, false],
  ['not a Job', { ...job, kind: 'Secret' }, false],
  ['a Job of another API', { ...job, apiVersion: 'evil/v1' }, false],
] as const)
  t.test(reason, async (t) => {
    const answer = { children: [job, child], extra: 1 };
    if (passes) t.equal(ownJobsOnly('default', answer), answer, 'handed back as it is');
    else t.throws(() => ownJobsOnly('default', answer), /a child that is not a Job in namespace default/);
  });

t.same(ownJobsOnly('default', { children: [] }), { children: [] }, 'no child is as good as any');
