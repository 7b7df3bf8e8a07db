import t from 'tap';
import { readdirSync } from 'node:fs';
import { RULES } from '../../../../src/operator/rules/index.js';
import { decide } from '../../../../src/operator/sync.js';
import { jobStatus, observedJob, seconds } from '../../../support/builders.js';
import { currentJob, NEW, OBJECTION, OUTCOME, RUNNING, SEEN_JOBS } from './rule-table.js';

/** For every two rules that may apply at the same time: which one decides, and what would go wrong otherwise. */
const rows: [first: string, second: string, given: Partial<typeof NEW>, why: string][] = [
  [
    'countIsAwaited',
    'pausedBeforeStart',
    {
      awaitedCount: { observed: observedJob({ mode: 'DryRun' }), name: 'x', isPaused: false, isInQueue: false },
      wantsSuspension: true,
    },
    'the count is paused, not dropped',
  ],
  [
    'runHasFinished',
    'isCancelled',
    { finished: 'PartitionDeleted', end: OUTCOME, wantsCancellation: true },
    'what is done cannot be cancelled',
  ],
  [
    'runHasFinished',
    'specIsRefused',
    { finished: 'PartitionDeleted', end: OUTCOME, objection: OBJECTION },
    'nor refused',
  ],
  ['runHasFinished', 'jobIsObserved', { end: OUTCOME, job: RUNNING }, 'a Job of a finished run is stopped'],
  ['reportAwaitsJob', 'reportIsFinal', { reportedEnd: OUTCOME, appearsBy: seconds(90) }, 'Unconfirmed would be final'],
  [
    'reportIsFinal',
    'jobWasLost',
    { reportedEnd: OUTCOME, unrecordedRestart: { notBefore: NEW.now, ordinal: 1 }, seenJobs: SEEN_JOBS },
    'a Job that ended is not lost',
  ],
  ['resourceWasRestored', 'isNew', { foreignUID: 'x' }, 'a copy deletes nothing'],
  [
    'jobHasEnded',
    'isCancelled',
    { job: currentJob({ outcome: OUTCOME }), wantsCancellation: true },
    'the end comes first',
  ],
  [
    'isCancelled',
    'isPaused',
    { job: RUNNING, wantsCancellation: true, wantsSuspension: true },
    'a paused run can be cancelled',
  ],
  ['isCancelled', 'specIsRefused', { wantsCancellation: true, objection: OBJECTION }, 'so can a forbidden one'],
  ['isPaused', 'jobIsObserved', { job: RUNNING, wantsSuspension: true }, 'it is stopped'],
  [
    'jobIsObserved',
    'specIsRefused',
    { job: RUNNING, objection: OBJECTION },
    'policy blocks creating and resuming only',
  ],
  [
    'specIsRefused',
    'pausedBeforeStart',
    { objection: OBJECTION, wantsSuspension: true },
    'what is wrong is said at once',
  ],
  [
    'specIsRefused',
    'restartIsScheduled',
    { objection: OBJECTION, recordedRestart: { notBefore: NEW.now, ordinal: 1 }, seenJobs: SEEN_JOBS },
    'a lost Job is created again by the same rules',
  ],
  [
    'pausedBeforeStart',
    'jobWasLost',
    { wantsSuspension: true, unrecordedRestart: { notBefore: NEW.now, ordinal: 1 }, seenJobs: SEEN_JOBS },
    'a lost Job stays lost while paused',
  ],
  [
    'anotherJobIsAlive',
    'restartIsScheduled',
    { aliveOthers: ['x'], recordedRestart: { notBefore: NEW.now, ordinal: 1 }, seenJobs: SEEN_JOBS },
    'never two at once',
  ],
  [
    'jobWasLost',
    'restartIsScheduled',
    {
      unrecordedRestart: { notBefore: NEW.now, ordinal: 2 },
      recordedRestart: { notBefore: NEW.now, ordinal: 1 },
      seenJobs: SEEN_JOBS,
    },
    'each loss is recorded',
  ],
  [
    'restartIsScheduled',
    'isNew',
    { recordedRestart: { notBefore: NEW.now, ordinal: 1 }, seenJobs: SEEN_JOBS },
    'its time is waited for',
  ],
];

for (const [first, second, given, why] of rows)
  t.test(`${first} before ${second}: ${why}`, async (t) => {
    const applying = RULES.filter((rule) => rule({ ...NEW, ...given })).map(({ name }) => name);
    t.equal(applying[0], first);
    t.ok(applying.includes(second), 'both would apply');
  });

t.test('the table', async (t) => {
  const names = RULES.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'each rule once');
  const files = readdirSync('src/operator/rules').map((file) => file.replace('.ts', ''));
  for (const name of names)
    t.ok(files.includes(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)), `${name} has its file`);
  t.same(
    RULES.filter((rule) => rule(NEW)).map(({ name }) => name),
    ['isNew'],
    'of a new resource only the last applies',
  );
  const job = currentJob({ hasReached: true, observed: observedJob({ status: jobStatus.running }) });
  t.equal(decide({ ...NEW, job }).state, 'Running', 'the first that applies decides');
  t.throws(() => decide(NEW, []), /no rule applies/);
});
