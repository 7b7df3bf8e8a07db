import fc from 'fast-check';
import t from 'tap';
import type { CompositeRequest, CompositeResponse, ObservedJob } from '../../../src/api/hooks.js';
import { JOBS, REPORT_ANNOTATION } from '../../../src/api/names.js';
import type { Report } from '../../../src/api/report.js';
import type { Status } from '../../../src/api/status.js';
import { drainDeadline } from '../../../src/operator/observe/draining.js';
import { jobIsDrained } from '../../../src/operator/observe/job-status.js';
import { parseTime } from '../../../src/operator/time.js';
import { jobStatus, NOW, observedJob, request, statusAfter, UID } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

/**
 * Broken fields in a spec, status or report do no further harm: whatever they contain, there is a decision that matches its schema,
 * and no running Job is omitted before its time limit. (An answer that does not match its schema would be a 500, every time.)
 */

const TIMES = [
  '2026-02-30T00:00:00Z',
  '2026-02-28T24:00:00Z',
  '2026-02-28T23:59:60Z',
  '2026-02-28T00:00:00+24:00',
  '2026-02-28T00:00:00.123456789Z',
  '2026-02-28t00:00:00z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '2026-02-28',
];
const NUMBERS = [-1, 0, 0.5, 2 ** 31, 2 ** 53, 1e300, -0];
const TEXTS = ['', 'True', 'Execute', 'Running', 'x'.repeat(5000), '\u0000', '\ud800', '😀'.repeat(1025), '__proto__'];

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...TIMES, ...NUMBERS, ...TEXTS, null, true, false, [], {}, [null], [{}]),
  fc.jsonValue({ maxDepth: 2 }),
);

const full: Status = {
  ...statusAfter(request({}, observedJob({ status: jobStatus.running }))),
  startTime: '2026-11-23T02:10:01Z',
  completionTime: '2026-11-23T02:10:30Z',
  restarts: 1,
  restart: { notBefore: '2026-11-23T02:11:00Z', ordinal: 2 },
  drainingSince: '2026-11-23T02:10:20Z',
  creatingSince: '2026-11-23T02:10:20Z',
  progress: {
    itemsFound: 5,
    itemsDeleted: 4,
    atLeast: true,
    writeUnits: 4,
    writeUnitsEstimated: true,
    readUnits: 1,
    updateTime: '2026-11-23T02:10:20Z',
  },
  verifiedEmpty: true,
  target: { tableId: 'table', digest: 'a'.repeat(64) },
  dryRun: { itemsFound: 5, estimatedWriteUnits: { min: 5, max: 9 }, completionTime: '2026-11-23T02:10:20Z' },
};
const fullReport: Report = {
  parentUID: UID,
  mode: 'Execute',
  jobUID: 'job-1',
  time: '2026-11-23T02:10:34Z',
  final: true,
  outcome: 'Incomplete',
  exitCode: 3,
  verifiedEmpty: false,
  message: 'something is still writing',
  target: { tableId: 'table', digest: 'a'.repeat(64) },
  progress: full.progress ?? {},
  estimatedWriteUnits: { min: 5, max: 9 },
};

/** The value with a few of its places, at any depth, replaced by something odd or removed. */
function broken<T extends object>(value: T): fc.Arbitrary<T> {
  const places = placesOf(value);
  const change = fc.record({ place: fc.constantFrom(...places), by: fc.option(odd, { nil: undefined, freq: 6 }) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(value);
    for (const { place, by } of changes) put(copy, place, structuredClone(by));
    return copy;
  });
}

type Place = readonly string[];

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([key, field]) => placesOf(field, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

function put(value: unknown, place: Place, by: unknown): void {
  const last = place.at(-1) as string;
  let here = value as Record<string, unknown>;
  for (const key of place.slice(0, -1)) {
    if (typeof here[key] !== 'object' || here[key] === null) return;
    here = here[key] as Record<string, unknown>;
  }
  if (by === undefined) delete here[last];
  else here[last] = by;
}

const jobs: readonly (ObservedJob | undefined)[] = [
  undefined,
  observedJob({ status: jobStatus.running }),
  observedJob({ status: jobStatus.retrying, suspend: true }),
  observedJob({ status: jobStatus.suspended, suspend: true }),
  observedJob({ status: jobStatus.complete }),
  observedJob({ status: jobStatus.failed('BackoffLimitExceeded') }),
  observedJob({ mode: 'DryRun', uid: 'job-0', status: jobStatus.complete }),
];

const intact: Record<string, unknown> = {
  mode: 'DryRun',
  suspend: false,
  cancel: false,
  ttlSecondsAfterFinished: 60,
  labels: { a: 'b' },
};

const requests: fc.Arbitrary<CompositeRequest> = fc
  .record({
    job: fc.constantFrom(...jobs),
    status: fc.option(broken(full), { nil: undefined }),
    report: fc.option(
      fc.oneof(
        broken(fullReport).map((report) => JSON.stringify(report)),
        fc.string(),
      ),
      { nil: undefined },
    ),
    spec: fc.option(broken(request({ spec: intact }).parent.spec as object), { nil: undefined }),
    deleted: fc.boolean(),
  })
  .map(({ job, status, report, spec, deleted }) => {
    const made = request({ status, ...(deleted && { metadata: { deletionTimestamp: '2026-11-23T02:10:35Z' } }) });
    if (job) made.children[JOBS] = { [`default/${job.metadata.name}`]: job };
    if (report !== undefined) made.parent.metadata.annotations = { [REPORT_ANNOTATION]: report };
    if (spec !== undefined) made.parent.spec = spec;
    return made;
  });

/** A status that began to drain the Job long ago, by its `drainingSince`, releases it: a lost node must not block forever. */
function mustStay(job: ObservedJob, { parent }: CompositeRequest): boolean {
  const { drainingSince } = (parent.status ?? {}) as Partial<Record<keyof Status, unknown>>;
  const since = typeof drainingSince === 'string' ? parseTime(drainingSince) : undefined;
  return !jobIsDrained(job) && (since === undefined || NOW < drainDeadline(job, since));
}

for (const hook of ['sync', 'finalize'])
  t.test(`${hook} decides, whatever stands in spec, status and report`, async (t) => {
    const { post, lines } = await webhook(t);
    await fc.assert(
      fc.asyncProperty(requests, async (made) => {
        const reply = await post(hook, made);
        if (reply.statusCode !== 200) throw new Error(lines.at(-1));
        const { children } = reply.json<CompositeResponse>();
        for (const job of Object.values(made.children[JOBS]))
          if (mustStay(job, made) && !children.some(({ metadata }) => metadata.name === job.metadata.name))
            throw new Error(`${job.metadata.name} still runs and is left out: ${reply.body}`);
      }),
      { numRuns: Number(process.env.BROKEN_FIELDS_RUNS ?? 300) },
    );
    t.notOk(lines.some((line) => line.includes('this is a bug')));
  });

t.test('a time to live that leads beyond the end of time is none', async (t) => {
  const { post } = await webhook(t);
  for (const ttlSecondsAfterFinished of [2 ** 31, 2 ** 53, 1e300]) {
    const made = request({}, observedJob({ status: jobStatus.complete }));
    made.parent.spec = { ...(made.parent.spec as object), ttlSecondsAfterFinished };
    const reply = await post('sync', made);
    t.equal(reply.statusCode, 200, `${ttlSecondsAfterFinished}`);
    t.equal(reply.json<CompositeResponse>().children.length, 1, 'its Job stays');
  }
});
