import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { type Connection, connect } from '../../dynamodb/client.js';
import { type DeletionOptions, startDeletion } from '../../deletion/delete-partition.js';
import { type AttemptOutcome, endingOf } from '../../deletion/outcome.js';
import { clock, timestamp } from '../process/clock.js';
import { canDraw, confirm, isAtTerminal, printable } from '../output/prompt.js';
import type { PatchParent, Shutdown } from '../../worker/runtime.js';
import { overdueOutcome } from '../process/shutdown.js';
import { apiServerOf, patchParent } from '../process/kubernetes-api.js';
import { jsonLines } from '../output/json-lines.js';
import { FenceWatch } from '../../worker/fence-watch.js';
import { Reporter } from '../../worker/reporter.js';
import type { RunOutput } from '../output/output.js';
import { writeTerminationMessage } from '../process/termination-message.js';
import { items, number } from '../output/terminal/format.js';
import type { WorkerInput } from '../../worker/input.js';
import { buildReport } from '../../worker/report.js';

interface Surroundings {
  drain: Shutdown;
  env: NodeJS.ProcessEnv;
  skipConfirmation: boolean;
}

/** Runs one attempt in this process. @returns its exit code */
export async function runWorker(input: WorkerInput, { drain, env, skipConfirmation }: Surroundings): Promise<number> {
  const { asked, parent } = input;
  const mustAsk = asked.mode === 'Execute' && !parent && !skipConfirmation;
  if (mustAsk && !isAtTerminal()) {
    process.stderr.write(
      'dynamoctl delete-partition: nobody is there to confirm: say --skip-confirmation to delete without asking\n',
    );
    return EXIT_CODES.InvalidTarget;
  }
  let where = asked.tableName;
  // A Job's log is for machines, and its start must be fast: what draws is loaded for a person only.
  const telling: RunOutput =
    !parent && canDraw(env)
      ? (await import('../output/terminal/open.js')).openScreen(env, drain.signal, () => where)
      : jsonLines(parent);
  const { log } = telling;
  let outcome: AttemptOutcome;
  const job = jobTies(input, drain, log, env);
  try {
    const connection = await connect({
      region: input.region,
      endpoint: input.endpoint,
      trustedEndpoints: input.trustedEndpoints,
    });
    const { region, endpoint, realCredentials } = connection;
    where = `${asked.tableName} (${region}, ${endpoint})`;
    log.info({ table: asked.tableName, region, endpoint, realCredentials, mode: asked.mode }, 'starting');
    if (/[\r\n]$/.test(asked.partitionValue))
      log.warn({}, 'the partition value ends with a newline, which is taken as part of the key');
    const run: Run = { input, connection, drain, telling, job };
    const count = mustAsk ? await attempt(run, 'DryRun') : undefined;
    // Without a count nobody was asked, so nothing is deleted: its failure is the end.
    if (count && count.state !== 'DryRunComplete') outcome = count;
    else if (count && !(await isConfirmed(asked, where, count))) {
      process.stderr.write('Nothing was deleted.\n');
      return EXIT_CODES.interrupted;
    } else outcome = await attempt({ ...run, counted: count?.progress.itemsFound });
    connection.close();
  } catch (error) {
    outcome = { verifiedEmpty: false, progress: {}, ...endingOf(error, log) };
  }
  if (job) outcome = { ...outcome, progress: job.reporter.cumulative(outcome.progress) };
  telling.end(outcome);
  if (parent) writeTerminationMessage(buildReport(parent, asked.mode, outcome, timestamp()), env);
  job?.watch.end();
  await job?.reporter.end(outcome);
  drain.release();
  return outcome.exitCode;
}

interface Run {
  input: WorkerInput;
  connection: Connection;
  drain: Shutdown;
  telling: RunOutput;
  job?: JobTies | undefined;
  /** What was counted for the question. */
  counted?: number | undefined;
}

/** What ties this process to the resource in whose Job it runs. */
interface JobTies {
  watch: FenceWatch;
  reporter: Reporter;
}

/** Undefined outside of a Job, or where no token is mounted to report with. */
function jobTies(
  { parent, asked: { mode }, caps, reportSeconds }: WorkerInput,
  shutdown: Shutdown,
  log: DeletionOptions['log'],
  env: NodeJS.ProcessEnv,
): JobTies | undefined {
  if (!parent) return undefined;
  const server = apiServerOf(env);
  if (!server || !existsSync(server.tokenFile)) {
    log.info({}, 'no service account token is mounted: no reports and no fence');
    return undefined;
  }
  const patch: PatchParent = (body, options) => patchParent(server, parent, body, options);
  const watch = new FenceWatch({ parent, mode, caps, shutdown, clock, log, patch });
  watch.start();
  return { watch, reporter: new Reporter({ parent, mode, reportSeconds, clock, timestamp, watch }) };
}

/** Asks whether to delete what was counted. */
async function isConfirmed(
  asked: WorkerInput['asked'],
  where: string,
  { progress, estimatedWriteUnits: units }: AttemptOutcome,
): Promise<boolean> {
  if (units) process.stderr.write(`Deleting them takes ${number(units.min)} to ${number(units.max)} write units.\n`);
  const which = `partition ${printable(asked.partitionValue)}${asked.sortKey ? ', restricted by sort key,' : ''}`;
  return confirm(`Delete ${items(progress.itemsFound ?? 0)} of ${which} in table ${where}?`);
}

async function attempt(
  { input, connection, drain, telling, job, counted }: Run,
  mode = input.asked.mode,
): Promise<AttemptOutcome> {
  const key = input.parent?.uid ?? '';
  let progress: () => AttemptOutcome['progress'] = () => ({});
  let throttled = 0;
  const unfollow = telling.follow({
    mode: mode === 'DryRun' ? 'counting' : 'deleting',
    progress: () => job?.reporter.cumulative(progress()) ?? progress(),
    throttled: () => throttled,
    counted: () => job?.watch.latest?.counted ?? counted,
  });
  job?.reporter.follow(() => progress());
  const deletion = startDeletion({
    client: connection.client,
    asked: { ...input.asked, mode },
    clock,
    log: telling.log,
    caps: input.caps,
    signal: drain.signal,
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    onProgress: (now, refused) => {
      progress = now;
      throttled = refused;
    },
    renewCredentials: connection.renewCredentials,
    ...(job && callbacks(job)),
  });
  job?.watch.followCaps(deletion.setCaps);
  try {
    return await Promise.race([deletion.outcome, drain.overdue.then((why) => overdueOutcome(why, progress()))]);
  } finally {
    unfollow();
  }
}

function callbacks({ watch, reporter }: JobTies): Pick<DeletionOptions, 'onTarget' | 'mayWrite'> {
  return {
    onTarget: async (target) => {
      await watch.register(target);
      reporter.start(target);
    },
    mayWrite: () => watch.mayWrite(),
  };
}
