import t from 'tap';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { seenJobs } from '../../../../src/operator/observe/seen-jobs.js';
import { observedJob, request } from '../../../support/builders.js';

const job = observedJob();
const count = observedJob({ mode: 'DryRun', uid: 'dry' });
const [deletion, counting] = [{ mode: 'Execute', uid: 'job-1' } as const, { mode: 'DryRun', uid: 'dry' } as const];
const many = Array.from({ length: 8 }, (_, index) => ({ mode: 'Execute', uid: `old-${index}` }) as const);

for (const [why, status, current, counted, seen] of [
  ['none', {}, undefined, undefined, []],
  ['the one that is observed', {}, job, undefined, [deletion]],
  ['and the count', {}, job, count, [counting, deletion]],
  [
    'recorded by an earlier version',
    { mode: 'DryRun', job: { name: 'x', uid: 'dry' } },
    undefined,
    undefined,
    [counting],
  ],
  ['recorded, but not of which mode', { job: { name: 'x', uid: 'job-1' } }, undefined, undefined, []],
  [
    'one uid in two modes: two Jobs',
    { seenJobs: [{ mode: 'DryRun', uid: 'job-1' }] },
    job,
    undefined,
    [{ mode: 'DryRun', uid: 'job-1' }, deletion],
  ],
  [
    'each once',
    { seenJobs: [deletion], mode: 'Execute', job: { name: 'x', uid: 'job-1' } },
    job,
    undefined,
    [deletion],
  ],
  [
    'as recorded, also when nothing is observed',
    { seenJobs: [counting, deletion] },
    undefined,
    undefined,
    [counting, deletion],
  ],
  ['the latest eight', { seenJobs: many }, job, undefined, [...many.slice(1), deletion]],
] as const)
  t.test(`seen Jobs: ${why}`, async (t) => {
    t.same(seenJobs(readResource(request({ status }).parent), current, counted), seen);
  });
