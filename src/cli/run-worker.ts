import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../api/states.js';
import { type Connection, connect } from '../deletion/client.js';
import { deletePartition, type DeletionOptions, describeEnd } from '../deletion/delete-partition.js';
import type { Outcome } from '../deletion/outcome.js';
import { clock } from './clock.js';
import { confirm, isAtTerminal, printable } from './confirm.js';
import { type Drain, overdueOutcome } from './drain.js';
import { apiServerOf, patchParent } from './kubernetes.js';
import { ParentLink } from './parent-link.js';
import { writeTerminationMessage } from './termination-message.js';
import type { WorkerInput } from './worker-input.js';
import { workerLogger } from './worker-logger.js';
import { buildReport } from './worker-report.js';

const PROGRESS_LOG_MS = 5_000;

interface Surroundings {
  drain: Drain;
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
  const log = workerLogger(parent ? { namespace: parent.namespace, parent: parent.name } : {});
  let outcome: Outcome;
  const link = parentLink(input, drain, log, env);
  try {
    const connection = await connect({
      region: input.region,
      endpoint: input.endpoint,
      trustedEndpoints: input.trustedEndpoints,
    });
    const { region, endpoint, realCredentials } = connection;
    log.info({ table: asked.tableName, region, endpoint, realCredentials, mode: asked.mode }, 'starting');
    if (/[\r\n]$/.test(asked.partitionValue))
      log.warn({}, 'the partition value ends with a newline, which is taken as part of the key');
    const run: Run = { input, connection, drain, log, link };
    const count = mustAsk ? await attempt(run, 'DryRun') : undefined;
    // Without a count nobody was asked, so nothing is deleted: its failure is the end.
    if (count && count.state !== 'DryRunComplete') outcome = count;
    else if (count && !(await isConfirmed(run, count))) return EXIT_CODES.interrupted;
    else outcome = await attempt(run);
    connection.close();
  } catch (error) {
    outcome = { verifiedEmpty: false, progress: {}, ...describeEnd(error, log) };
  }
  if (link) outcome = { ...outcome, progress: link.cumulative(outcome.progress) };
  const { state, message, target, ...rest } = outcome;
  const level = outcome.exitCode === EXIT_CODES.done ? 'info' : state === undefined ? 'warn' : 'error';
  // Without a parent's uid as its key the digest would hide nothing.
  log[level]({ outcome: state, ...rest, ...(parent && { target }) }, message);
  if (parent) writeTerminationMessage(buildReport(parent, asked.mode, outcome), env);
  await link?.end(outcome);
  drain.release();
  return outcome.exitCode;
}

interface Run {
  input: WorkerInput;
  connection: Connection;
  drain: Drain;
  log: DeletionOptions['log'];
  link?: ParentLink | undefined;
}

/** The tie to the resource in whose Job this process runs; undefined outside of one, or where nothing is mounted to report with. */
function parentLink(
  { parent, asked, caps, reportSeconds }: WorkerInput,
  drain: Drain,
  log: DeletionOptions['log'],
  env: NodeJS.ProcessEnv,
): ParentLink | undefined {
  if (!parent) return undefined;
  const server = apiServerOf(env);
  if (!server || !existsSync(join(server.directory, 'token'))) {
    log.info({}, 'no service account token is mounted: no reports and no fence');
    return undefined;
  }
  const link = new ParentLink({
    parent,
    mode: asked.mode,
    caps,
    reportSeconds,
    drain,
    clock,
    log,
    patch: (patch, options) => patchParent(server, parent, patch, options),
  });
  link.start();
  return link;
}

/** Asks whether to delete what was counted. */
async function isConfirmed({ input: { asked }, connection }: Run, { progress }: Outcome): Promise<boolean> {
  const where = `${asked.tableName} (${connection.region}, ${connection.endpoint})`;
  const which = `partition ${printable(asked.partitionValue)}${asked.sortKey ? ', restricted by sort key,' : ''}`;
  return confirm(`Delete ${progress.itemsFound} items of ${which} in table ${where}?`);
}

async function attempt({ input, connection, drain, log, link }: Run, mode = input.asked.mode): Promise<Outcome> {
  const key = input.parent?.uid ?? '';
  let progress: () => Outcome['progress'] = () => ({});
  const all = (): Outcome['progress'] => link?.cumulative(progress()) ?? progress();
  const timer = setInterval(() => log.info({ ...all(), counted: link?.counted }, 'progress'), PROGRESS_LOG_MS);
  link?.follow(() => progress());
  const running = deletePartition({
    client: connection.client,
    asked: { ...input.asked, mode },
    clock,
    log,
    caps: input.caps,
    signal: drain.signal,
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    onProgress: (now) => (progress = now),
    renewCredentials: connection.renewCredentials,
    ...(link && { onTarget: (target) => link.introduce(target), mayWrite: () => link.mayWrite() }),
  });
  try {
    return await Promise.race([running, drain.overdue.then((why) => overdueOutcome(why, progress()))]);
  } finally {
    clearInterval(timer);
  }
}
