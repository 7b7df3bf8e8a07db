import { existsSync } from 'node:fs';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { Failure } from '../../api/failure.js';
import type { TargetIdentity } from '../../api/status.js';
import { type DeletionOptions, startDeletion } from '../../deletion/delete-partition.js';
import { type AttemptOutcome, endingOf } from '../../deletion/outcome.js';
import { type Connection, connect } from '../../dynamodb/client.js';
import { keyDigest } from '../../receipt/key-digest.js';
import { FenceWatch } from '../../worker/fence-watch.js';
import type { WorkerInput } from '../../worker/input.js';
import { checkExpectedTarget } from '../../worker/parent.js';
import { buildReport } from '../../worker/report.js';
import { Reporter } from '../../worker/reporter.js';
import type { PatchParent, Shutdown } from '../../worker/runtime.js';
import { jsonLines } from '../output/json-lines.js';
import type { RunOutput } from '../output/output.js';
import { canDraw, confirm, isAtTerminal, printable } from '../output/prompt.js';
import { items, number } from '../output/terminal/format.js';
import { after, clock, everySecond, timestamp } from '../process/clock.js';
import { apiServerFromEnv, patchParent } from '../process/kubernetes-api.js';
import { lookupElsewhere } from '../process/lookup.js';
import { overdueOutcome } from '../process/shutdown.js';
import { writeTerminationMessage } from '../process/termination-message.js';
import { mustHaveKey, openReceipt, type ReceiptInTheMaking, withReceipt } from './receipt.js';

export interface Surroundings {
  shutdown: Shutdown;
  env: NodeJS.ProcessEnv;
  skipConfirmation: boolean;
}

/** What the functions of a run share. */
interface Run {
  input: WorkerInput;
  shutdown: Shutdown;
  output: RunOutput;
  /** Undefined outside of a Job. */
  job: JobTies | undefined;
  /** The table, described for a person: its name and, once connected, its region and endpoint. */
  table: string;
  /** Undefined if there is to be none. */
  receipt?: ReceiptInTheMaking;
}

/** What connects this process to the resource in whose Job it runs. */
interface JobTies {
  watch: FenceWatch;
  reporter: Reporter;
}

/** Runs one attempt in this process. @returns its exit code */
export async function runWorker(
  input: WorkerInput,
  { shutdown, env, skipConfirmation }: Surroundings,
): Promise<number> {
  const { asked, parent } = input;
  const mustConfirm = asked.mode === 'Execute' && !parent && !skipConfirmation;
  if (mustConfirm && !isAtTerminal()) {
    process.stderr.write('dynamoctl delete-partition: no terminal to confirm on: pass --skip-confirmation\n');
    return EXIT_CODES.InvalidTarget;
  }
  const run = await startRun(input, shutdown, env);
  const outcome = await connectAndDelete(run, mustConfirm, env);
  if (outcome === 'declined') {
    process.stderr.write('Nothing was deleted.\n');
    return EXIT_CODES.interrupted;
  }
  await finish(run, outcome, env);
  return outcome.exitCode;
}

async function startRun(input: WorkerInput, shutdown: Shutdown, env: NodeJS.ProcessEnv): Promise<Run> {
  const output = await openOutput(input, env, shutdown.signal, () => run.table);
  const job = tieToJob(input, shutdown, output.log, env);
  const run: Run = { input, shutdown, output, job, table: input.asked.tableName };
  return run;
}

/** The progress bar is loaded only for a person: a Job's log is for machines, and a Job must start quickly. */
async function openOutput(
  { parent }: WorkerInput,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  table: () => string,
): Promise<RunOutput> {
  if (parent || !canDraw(env)) return jsonLines(parent);
  const { openScreen } = await import('../output/terminal/open.js');
  return openScreen(env, signal, table);
}

/** Undefined outside of a Job, or if no token is mounted to report with. */
function tieToJob(
  { parent, asked: { mode }, caps, defaultCaps, reportSeconds }: WorkerInput,
  shutdown: Shutdown,
  log: DeletionOptions['log'],
  env: NodeJS.ProcessEnv,
): JobTies | undefined {
  if (!parent) return undefined;
  const server = apiServerFromEnv(env);
  if (!server || !existsSync(server.tokenFile)) {
    log.info({}, 'no service account token is mounted: no reports and no fence');
    return undefined;
  }
  const patch: PatchParent = (body, options) => patchParent(server, parent, body, options);
  const watch = new FenceWatch({ parent, mode, caps, defaultCaps, shutdown, clock, log, patch });
  const reporter = new Reporter({ parent, mode, reportSeconds, clock, timestamp, watch });
  watch.start();
  reporter.begin();
  return { watch, reporter };
}

/** Never rejects: an error is an outcome too. */
async function connectAndDelete(
  run: Run,
  mustConfirm: boolean,
  env: NodeJS.ProcessEnv,
): Promise<AttemptOutcome | 'declined'> {
  const { input, shutdown, output, job } = run;
  const { asked, region, endpoint, trustedEndpoints, requestPath, parent } = input;
  try {
    checkItemsAreCounted(run);
    if (parent?.receipt && asked.mode === 'Execute')
      run.receipt = await openReceipt(parent.receipt, job && (() => job.watch.lookBack()));
    const connection = await connect({
      region,
      endpoint,
      trustedEndpoints,
      requestPath,
      writeSignal: job && (() => job.watch.writeSignal()),
      stopping: shutdown.signal,
      // A person may use whatever their machine resolves; a Job's endpoint may come from anyone who may create a resource.
      lookup: parent && lookupElsewhere,
      surroundings: { env, sleep: (ms, signal) => clock.sleep(ms, signal), after },
    });
    if (run.receipt) run.receipt.connection = connection;
    run.table = `${asked.tableName} (${connection.region}, ${connection.endpoint})`;
    logStart(run, connection);
    const outcome = mustConfirm ? await askAndDelete(run, connection) : await attempt(run, connection);
    connection.close();
    return outcome;
  } catch (error) {
    return { verifiedEmpty: false, progress: {}, ...endingOf(error, output.log) };
  }
}

function logStart({ input: { asked }, output: { log } }: Run, { region, endpoint, realCredentials }: Connection): void {
  log.info({ table: asked.tableName, region, endpoint, realCredentials, mode: asked.mode }, 'starting');
  if (/[\r\n]$/.test(asked.partitionValue))
    log.warn({}, 'the partition value ends with a newline, which is treated as part of the key');
}

/**
 * Counts the items, asks whether to delete them, and deletes them.
 * @throws Interruption, if it is told to stop while it asks
 */
async function askAndDelete(run: Run, connection: Connection): Promise<AttemptOutcome | 'declined'> {
  const count = await attempt(run, connection, { mode: 'DryRun' });
  // Without a count, there is nothing to confirm: the failure to count is the outcome.
  if (count.state !== 'DryRunComplete') return count;
  const { itemsFound = 0 } = count.progress;
  if (itemsFound === 0) return alreadyEmpty(count);
  if (itemsFound > (run.input.asked.maxItems ?? Infinity)) return tooMany(count);
  const isWanted = await isConfirmed(run, count);
  run.shutdown.signal.throwIfAborted();
  if (!isWanted) return 'declined';
  return attempt(run, connection, { counted: count });
}

/** Without reports no attempt knows what the ones before it deleted, nor whether there were any. */
function checkItemsAreCounted({ input: { asked, parent }, job }: Run): void {
  if (asked.maxItems === undefined || asked.mode !== 'Execute' || !parent || job) return;
  throw new Failure(
    'GuardRefused',
    `at most ${asked.maxItems} items may be deleted (maxItems), but without a token this worker cannot know how many an earlier one deleted; let the operator grant the right to report (WORKER_RIGHTS), or name a service account that has it`,
  );
}

/** There is nothing to ask about either: the count says so, and that it is more than may be deleted. */
function tooMany({ message, progress }: AttemptOutcome): AttemptOutcome {
  return { state: 'GuardRefused', exitCode: EXIT_CODES.GuardRefused, message, verifiedEmpty: false, progress };
}

/** There is nothing to ask about: the count proved it by a consistent read. */
function alreadyEmpty({ exitCode, progress }: AttemptOutcome): AttemptOutcome {
  const message = 'nothing to delete; a consistent read found no items';
  return { state: 'PartitionDeleted', exitCode, message, verifiedEmpty: true, progress };
}

async function isConfirmed(
  { input: { asked }, table, shutdown }: Run,
  { progress, estimatedWriteUnits: units }: AttemptOutcome,
): Promise<boolean> {
  if (units) process.stderr.write(`Deleting them consumes ${number(units.min)} to ${number(units.max)} write units.\n`);
  const which = `partition ${printable(asked.partitionValue)}${asked.sortKey ? ', restricted by sort key,' : ''}`;
  return confirm(`Delete ${items(progress.itemsFound ?? 0)} of ${which} in table ${table}?`, shutdown.signal);
}

async function attempt(
  run: Run,
  { client, endpoint, renewCredentials }: Connection,
  { mode = run.input.asked.mode, counted }: { mode?: 'Execute' | 'DryRun'; counted?: AttemptOutcome } = {},
): Promise<AttemptOutcome> {
  const { input, shutdown, output, job } = run;
  const digestKey = input.parent?.uid ?? '';
  let progress: () => AttemptOutcome['progress'] = () => ({});
  let throttled = 0;
  const hideProgress = output.showProgress({
    mode: mode === 'DryRun' ? 'counting' : 'deleting',
    progress: () => job?.reporter.cumulative(progress()) ?? progress(),
    throttled: () => throttled,
    counted: () => job?.watch.latest?.counted ?? counted?.progress.itemsFound,
  });
  job?.reporter.follow(() => progress());
  const deletion = startDeletion({
    client,
    asked: { ...input.asked, mode },
    clock,
    log: output.log,
    caps: input.caps,
    signal: shutdown.signal,
    digest: (text) => keyDigest(digestKey, text),
    onProgress: (latest, refused) => {
      progress = latest;
      throttled = refused;
    },
    everySecond,
    renewCredentials,
    endpoint,
    ...callbacks(run, counted?.target),
  });
  job?.watch.followCaps(deletion.setCaps);
  try {
    return await Promise.race([deletion.outcome, shutdown.overdue.then((why) => overdueOutcome(why, progress()))]);
  } finally {
    hideProgress();
  }
}

/** @param counted - the target of the count that a person has confirmed */
function callbacks(
  run: Run,
  counted: TargetIdentity | undefined,
): Pick<DeletionOptions, 'onTarget' | 'mayWrite' | 'onObstacle' | 'total'> {
  const { job } = run;
  const { parent } = run.input;
  const stopping = run.shutdown.signal;
  return {
    onTarget: async (target, scope) => {
      if (parent) checkExpectedTarget(parent, target);
      if (counted && counted.tableId !== target.tableId)
        throw new Failure('GuardRefused', 'the table was deleted and created again since its items were counted');
      if (run.receipt) run.receipt.scope = scope;
      const verified = await job?.watch.register(target);
      // What it looked back at before may be gone.
      if (run.receipt) mustHaveKey(run.receipt, verified !== undefined);
      job?.reporter.start(target);
      return verified;
    },
    ...(job && {
      mayWrite: async () => {
        await job.reporter.announced(stopping);
        await job.watch.mayWrite();
      },
      onObstacle: (why) => job.reporter.hindered(why),
      total: (own) => job.reporter.cumulative(own),
    }),
  };
}

/** Publishes how the run ended: to the output, to Kubernetes, and to the resource. */
async function finish(run: Run, outcome: AttemptOutcome, env: NodeJS.ProcessEnv): Promise<void> {
  const { shutdown, output, receipt, job } = run;
  const { parent, asked } = run.input;
  const counted = { ...outcome, progress: job?.reporter.cumulative(outcome.progress) ?? outcome.progress };
  const { tableName } = asked;
  const end = { tableName, outcome: counted, verifiedAt: timestamp(), before: job?.watch.endedBefore, log: output.log };
  const total = receipt && parent ? await withReceipt(receipt, parent, end) : counted;
  output.showOutcome(total);
  if (parent) writeTerminationMessage(buildReport(parent, asked.mode, total, timestamp()), env);
  job?.watch.end();
  await job?.reporter.end(total);
  shutdown.release();
}
