import t from 'tap';
import { drainDeadline, drainingOf } from '../../../../src/operator/observe/draining.js';
import { jobStatus, NOW, observedJob, seconds, unreachableJob } from '../../../support/builders.js';

const job = (name: string, options: Parameters<typeof observedJob>[0] = {}) => observedJob({ name, ...options });
const running = job('running', { status: jobStatus.running });
const suspended = job('suspended', { suspend: true, status: jobStatus.suspended });
/** Since 02:10:30, ten seconds before NOW. */
const terminating = job('terminating', { suspend: true, status: jobStatus.suspendedDraining });
/** The same since 02:10:50, ten seconds after NOW. */
const resuspended = job('resuspended', {
  suspend: true,
  status: JSON.parse(JSON.stringify(jobStatus.suspendedDraining).replace('02:10:30', '02:10:50')) as object,
});
const labels = { 'kueue.x-k8s.io/queue-name': 'deletions' };
const outside = { ...labels, 'kueue.x-k8s.io/prebuilt-workload-name': 'stopped-by-dynamoctl-dp-operator' };
const queued = job('queued', { suspend: true, status: jobStatus.suspended, metadata: { name: 'queued', labels } });
const left = job('left', { suspend: true, status: jobStatus.suspended, metadata: { name: 'left', labels: outside } });
const complete = job('complete', { status: jobStatus.complete });

for (const [why, jobs, now, stopping, abandoned, deadline] of [
  ['no Job', [], NOW, [], [], undefined],
  ['a finished Job has come to rest', [complete], NOW, [], [], undefined],
  ['so has one that is suspended and has no pod', [suspended], NOW, [], [], undefined],
  ['one in a queue may be resumed there', [queued], NOW, ['queued'], [], seconds(300)],
  ['one that has left its queue may not', [left], NOW, [], [], undefined],
  ['a running one has five minutes, from now on', [running], NOW, ['running'], [], seconds(300)],
  ['a suspended one since its transition', [resuspended], NOW, ['resuspended'], [], seconds(310)],
  ['but not since before', [terminating], NOW, ['terminating'], [], seconds(300)],
  ['the first deadline counts', [running, resuspended], NOW, ['running', 'resuspended'], [], seconds(300)],
  ['a second before it', [terminating], seconds(299), ['terminating'], [], seconds(300)],
  ['at the deadline it is let go', [terminating], seconds(300), [], ['terminating'], undefined],
  ['each by itself', [terminating, resuspended], seconds(305), ['resuspended'], ['terminating'], seconds(310)],
] as const)
  t.test(why, async (t) => {
    const draining = drainingOf(jobs, NOW, now);
    t.same(
      draining.stopping.map(({ metadata }) => metadata.name),
      stopping,
    );
    t.same(draining.abandoned, abandoned);
    t.same(draining.deadline, deadline);
  });

for (const [why, options, now, dropping, abandoned, deadline] of [
  ['a Job that nothing changes is dropped at once', { status: jobStatus.running }, NOW, true, false, seconds(300)],
  ['while its deletion hangs', { status: jobStatus.running }, seconds(299), true, false, seconds(300)],
  ['and then it no longer counts', { status: jobStatus.running }, seconds(300), false, true, undefined],
  ['unless it has finished', { status: jobStatus.complete }, NOW, false, false, undefined],
  ['or somebody else has suspended it', { suspend: true, status: jobStatus.suspended }, NOW, false, false, undefined],
] as const)
  t.test(why, async (t) => {
    const draining = drainingOf([unreachableJob(options)], NOW, now);
    t.same(draining.stopping, []);
    t.equal(draining.dropping.length === 1, dropping);
    t.equal(draining.abandoned.length === 1, abandoned);
    t.same(draining.deadline, deadline);
  });

t.same(drainDeadline(running, seconds(-60)), seconds(240), 'since when is handed in, where no transition tells');
