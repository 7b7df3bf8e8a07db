import { formatTime } from '../../../../src/operator/time.js';
import t from 'tap';
import { observe, type Situation } from '../../../../src/operator/observe/situation.js';
import { jobName, runOf } from '../../../../src/operator/run-name.js';
import { jobStatus, NOW, observedJob, request, seconds, statusAfter, UID } from '../../../support/builders.js';
import { like } from '../../../support/like.js';
import { defaultSettings, settingsWith } from '../../../support/settings.js';

const NAME = jobName('sample', runOf(UID, 'Execute'));
const running = observedJob({ status: jobStatus.running });
const complete = observedJob({ status: jobStatus.complete });
const count = observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.running });
const other = (change: Parameters<typeof observedJob>[0] = {}) =>
  observedJob({
    uid: 'other',
    name: 'other',
    status: jobStatus.running,
    ...change,
    metadata: { labels: {}, ...change.metadata },
  });
const unfinished = (reason: string) => [{ type: 'Finished', status: 'False', reason }];
const dueSoon = { notBefore: seconds(20).toISOString(), ordinal: 1 };
/** Its Job left its queue. */
const whileRemoved = {
  mode: 'Execute',
  conditions: unfinished('Suspended'),
  job: { name: 'x' },
  restart: { notBefore: seconds(21).toISOString(), ordinal: 1 },
};
const whileRunning = statusAfter(request({}, running));
const END = new Date('2026-11-23T02:10:30Z');
const TARGET = { tableId: 't', digest: 'ab'.repeat(32) };

const FINISHED = { type: 'Finished', status: 'True', reason: 'PartitionDeleted', message: '' };

const rows: {
  why: string;
  given: Parameters<typeof request>;
  now?: Date;
  settings?: typeof defaultSettings;
  situation: { [Field in keyof Situation]?: unknown };
}[] = [
  {
    why: 'nothing is there yet',
    given: [{}],
    situation: {
      job: undefined,
      others: { stopping: [], abandoned: [], deadline: undefined },
      aliveOthers: [],
      objection: undefined,
      end: undefined,
      reportedEnd: undefined,
      expiry: undefined,
      unrecordedRestart: undefined,
      recordedRestart: undefined,
      unseenUntil: undefined,
      drainingSince: NOW,
      creatingSince: NOW,
      counted: {},
      countedBefore: undefined,
    },
  },
  { why: 'the name of a new Job', given: [{}], situation: { newJobName: NAME, jobName: NAME } },
  {
    why: 'the name as it was recorded',
    given: [{ status: { job: { name: 'old' } } }],
    situation: { newJobName: NAME, jobName: 'old' },
  },
  { why: 'the Job of this run, and others', given: [{}, running, other()], situation: { aliveOthers: ['other'] } },
  {
    why: 'a count that is awaited need not go',
    given: [{}, count],
    situation: {
      awaitedCount: { observed: count, name: count.metadata.name, isPaused: false },
      others: { stopping: [] },
    },
  },
  {
    why: 'one beside a deletion has to',
    given: [{}, running, count],
    situation: { awaitedCount: undefined, others: { stopping: [count] } },
  },
  {
    why: 'another Job that hangs in its deletion is alive for five minutes',
    given: [{}, other({ metadata: { deletionTimestamp: '2026-11-23T02:10:00Z' } })],
    situation: { aliveOthers: ['other'] },
  },
  {
    why: 'and as long after it was told to stop, however long its deletion has hung',
    given: [
      { status: { drainingSince: '2026-11-23T02:10:00Z' } },
      other({ metadata: { deletionTimestamp: '2026-11-23T02:00:00Z' } }),
    ],
    situation: { aliveOthers: ['other'] },
  },
  {
    why: 'however long ago it was told to stop',
    given: [
      { status: { drainingSince: '2026-11-23T02:05:40Z' } },
      other({ metadata: { deletionTimestamp: '2026-11-23T02:05:41Z' } }),
    ],
    situation: { aliveOthers: ['other'], others: { stopping: [], abandoned: ['other'] } },
  },
  {
    why: 'and not forever',
    given: [{ status: { drainingSince: '2026-11-23T02:05:40Z' } }, other({ metadata: { deletionTimestamp: 'x' } })],
    situation: { aliveOthers: [], others: { stopping: [], abandoned: ['other'] } },
  },
  { why: 'a finished one is not', given: [{}, other({ status: jobStatus.complete })], situation: { aliveOthers: [] } },
  {
    why: 'draining goes on since it was recorded',
    given: [{ status: { drainingSince: '2026-11-23T02:10:00Z' } }],
    situation: { drainingSince: seconds(-40) },
  },
  {
    why: 'but not since the future: a clock was set back',
    given: [{ status: { drainingSince: '2026-11-23T03:00:00Z' } }],
    situation: { drainingSince: NOW },
  },
  {
    why: 'a Job is being created since it was recorded',
    given: [{ status: { creatingSince: '2026-11-23T02:08:00Z' } }],
    situation: { creatingSince: seconds(-160) },
  },
  {
    why: 'but not since the future',
    given: [{ status: { creatingSince: '2026-11-23T03:00:00Z' } }],
    situation: { creatingSince: NOW },
  },
  {
    why: 'nor since the time of another run',
    given: [{ status: { mode: 'DryRun', creatingSince: '2026-11-23T02:08:00Z' } }],
    situation: { creatingSince: NOW },
  },
  {
    why: 'of a resource that is being deleted since then',
    given: [
      { metadata: { deletionTimestamp: '2026-11-23T02:10:20Z' }, status: { drainingSince: '2026-11-23T02:00:00Z' } },
    ],
    situation: { drainingSince: seconds(-20) },
  },
  {
    why: 'policy',
    given: [{}],
    settings: settingsWith({ allowedTables: [] }),
    situation: { objection: { state: 'PolicyViolation' } },
  },
  {
    why: 'no time to live, no expiry',
    given: [{}, complete],
    situation: { expiry: undefined, job: { outcome: { state: 'PartitionDeleted' } } },
  },
  {
    why: 'since the Job ended',
    given: [{ spec: { ttlSecondsAfterFinished: 3600 } }, complete],
    situation: { expiry: new Date(END.getTime() + 3_600_000) },
  },
  {
    why: 'since now, where the Job ended by a clock that is ahead: that is what will be recorded',
    given: [{ spec: { ttlSecondsAfterFinished: 3600 } }, complete],
    now: new Date(END.getTime() - 600_000),
    situation: { expiry: new Date(END.getTime() + 3_000_000) },
  },
  {
    why: 'since the end that was recorded',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 900 },
        status: { ...statusAfter(request({}, complete)), completionTime: '2026-11-23T02:10:00Z' },
      },
      complete,
    ],
    situation: { expiry: seconds(860) },
  },
  {
    why: 'since the Job ended, where the recorded end has no time',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 3600 },
        status: { ...statusAfter(request({}, complete)), completionTime: 'soon' },
      },
      complete,
    ],
    situation: { expiry: new Date(END.getTime() + 3_600_000) },
  },
  {
    why: 'since the Job ended, where the end was recorded by a clock that is ahead',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 3600 },
        status: { ...statusAfter(request({}, complete)), completionTime: '2026-11-24T02:10:40Z' },
      },
      complete,
    ],
    situation: { expiry: new Date(END.getTime() + 3_600_000) },
  },
  {
    why: 'since now, where no time is known',
    given: [{ spec: { ttlSecondsAfterFinished: 601 } }, running],
    situation: { expiry: seconds(601) },
  },
  {
    why: 'also without a Job',
    given: [{ spec: { ttlSecondsAfterFinished: 601 } }],
    situation: { expiry: seconds(601) },
  },
  {
    why: 'ten minutes since now, where the end is not recorded yet',
    given: [
      { spec: { ttlSecondsAfterFinished: 0 }, status: statusAfter(request({}, running), seconds(-3600)) },
      complete,
    ],
    situation: { expiry: seconds(600) },
  },
  {
    why: 'never less than ten minutes: a first list after a restart may be older than the record of the end',
    given: [{ spec: { ttlSecondsAfterFinished: 0 } }, complete],
    situation: { expiry: seconds(600) },
  },
  {
    why: 'ten minutes since the record: nobody may have been there when the Job ended',
    given: [
      { spec: { ttlSecondsAfterFinished: 0 }, status: statusAfter(request({}, complete), seconds(3600)) },
      complete,
    ],
    now: seconds(3601),
    situation: { expiry: seconds(4200) },
  },
  {
    why: 'of its own condition, not of the one before it',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 0 },
        status: {
          completionTime: formatTime(seconds(-3600)),
          conditions: [
            { ...FINISHED, type: 'Succeeded', lastTransitionTime: formatTime(seconds(-3600)) },
            { ...FINISHED, lastTransitionTime: formatTime(seconds(-60)) },
          ],
        },
      },
      complete,
    ],
    situation: { expiry: seconds(540) },
  },
  {
    why: 'ten minutes since the end, if the condition has been True since the count',
    given: [
      {
        spec: { ttlSecondsAfterFinished: 0 },
        status: { ...statusAfter(request({}, complete), seconds(-3600)), completionTime: formatTime(NOW) },
      },
      complete,
    ],
    situation: { expiry: seconds(600) },
  },
  {
    why: 'a final report',
    given: [{ status: whileRunning, report: { jobUID: 'job-1', final: true, outcome: 'TableNotFound' } }],
    situation: { reportedEnd: { state: 'TableNotFound' } },
  },
  { why: 'a report that is not final', given: [{ report: { final: false } }], situation: { reportedEnd: undefined } },
  {
    why: 'a late report of a Job that is gone',
    given: [
      {
        status: statusAfter(request({}, observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }))),
        report: { final: true, jobUID: 'job-1', outcome: 'Incomplete' },
      },
    ],
    situation: { end: { state: 'Incomplete' } },
  },
  {
    why: 'beside the Job it changes nothing',
    given: [
      {
        status: statusAfter(request({}, observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }))),
        report: { final: true, jobUID: 'job-1', outcome: 'Incomplete' },
      },
      running,
    ],
    situation: { end: { state: 'BackoffLimitExceeded' } },
  },
  {
    why: 'a Job that was seen: its restart must be recorded first',
    given: [{ status: { ...whileRunning, restarts: 2 } }],
    situation: { unrecordedRestart: { notBefore: seconds(240), ordinal: 3 }, recordedRestart: undefined },
  },
  {
    why: 'a count that may be there, not seen yet: so must it',
    given: [{ status: { mode: 'DryRun', job: { name: 'x' } } }],
    situation: { unrecordedRestart: { notBefore: seconds(60), ordinal: 1 } },
  },
  {
    why: 'a restart that was recorded',
    given: [{ status: { job: { name: 'x' }, restart: { notBefore: '2026-11-23T02:11:00Z', ordinal: 2 } } }],
    situation: { unrecordedRestart: undefined, recordedRestart: { notBefore: seconds(20), ordinal: 2 } },
  },
  {
    why: 'a record that does not hold is made again, of the same ordinal',
    given: [{ status: { job: { name: 'x' }, restart: { notBefore: '2099-01-01T00:00:00Z', ordinal: 2 } } }],
    situation: { unrecordedRestart: { notBefore: seconds(120), ordinal: 2 }, recordedRestart: undefined },
  },
  {
    why: 'a recorded Job that is not observed may be there all the same',
    given: [{ status: { job: { name: 'x' }, drainingSince: '2026-11-23T02:10:30Z' } }],
    situation: { unseenUntil: seconds(50) },
  },
  {
    why: 'also one of a resource that was changed before its first status: an answer may be on its way',
    given: [{ metadata: { generation: 2 } }],
    situation: { unseenUntil: seconds(60) },
  },
  {
    why: 'but of one that nobody has changed, none was asked for',
    given: [{ spec: { cancel: true } }],
    situation: { unseenUntil: undefined },
  },
  {
    why: 'nor of one whose status names none',
    given: [{ metadata: { generation: 2 }, status: { mode: 'Execute', conditions: [] } }],
    situation: { unseenUntil: undefined },
  },
  {
    why: 'one that was removed once it had drained is not stopping',
    given: [{ status: whileRemoved }],
    situation: { unseenUntil: undefined },
  },
  {
    why: 'a replica whose clock is ahead may have created it again',
    given: [{ status: { ...whileRemoved, restart: dueSoon } }],
    situation: { unseenUntil: seconds(60) },
  },
  {
    why: 'its uid is recorded: it was not removed',
    given: [{ status: { ...whileRemoved, job: { name: 'x', uid: 'u' } } }],
    situation: { unseenUntil: seconds(60) },
  },
  {
    why: 'it was lost: nobody saw it drain',
    given: [{ status: { ...whileRemoved, conditions: unfinished('Restarting') } }],
    situation: { unseenUntil: seconds(60) },
  },
  {
    why: 'one that is observed is seen',
    given: [{ status: whileRunning }, running],
    situation: { unseenUntil: undefined },
  },
  {
    why: 'the target as recorded, whatever a report says',
    given: [{ status: { target: TARGET }, report: { target: { ...TARGET, tableId: 'other' } } }],
    situation: { target: TARGET },
  },
  {
    why: 'else as reported',
    given: [{ report: { jobUID: 'job-1', target: TARGET } }, running],
    situation: { target: TARGET },
  },
  {
    why: 'a report by a clock that is ahead counts later, and then somebody looks',
    given: [{ report: { jobUID: 'job-1', time: '2026-11-23T02:20:40Z', target: TARGET } }, running],
    situation: { target: undefined, reportCountsFrom: seconds(540) },
  },
  {
    why: 'a time of centuries to come is not waited for',
    given: [{ report: { jobUID: 'job-1', time: '9998-01-01T00:00:00Z' } }, running],
    situation: { reportCountsFrom: undefined },
  },
  {
    why: 'but not by a Job that nobody saw',
    given: [{ report: { jobUID: 'x', target: TARGET, progress: { itemsFound: 7 } } }, running],
    situation: { target: undefined, progress: undefined },
  },
  {
    why: 'also by the count before it',
    given: [{ report: { mode: 'DryRun', jobUID: 'dry', target: TARGET } }, count],
    situation: { target: TARGET },
  },
  {
    why: 'progress as reported',
    given: [{ report: { jobUID: 'job-1', progress: { itemsFound: 7 } } }, running],
    situation: { progress: { itemsFound: 7 } },
  },
];

for (const { why, given, now = NOW, settings = defaultSettings, situation } of rows)
  t.test(why, async (t) => {
    t.same(like(observe(request(...given), settings, now), situation), situation);
  });
