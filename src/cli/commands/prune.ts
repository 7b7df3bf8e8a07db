import { Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { KIND } from '../../api/names.js';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { workerLogger } from '../process/logger.js';
import { apiServerAt, apiServerFromEnv } from '../process/kubernetes-api.js';
import { pruneApi, type Scope } from '../prune/api.js';
import { prune } from '../prune/prune.js';
import { RECREATED } from '../prune/recreated.js';

interface Options extends Scope {
  olderThanDays: number;
  managed?: true;
  applied?: true;
  delete?: true;
  atMost: number;
  server: string;
  tokenFile: string;
  caFile: string;
}

const DAY_MS = 86_400_000;
/** A hundred years: a time that far back can still be written. */
const MAX_DAYS = 36_500;

const wholeNumber =
  (max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };

/** `dynamoctl prune`: for a CronJob, `manifests/retention`. */
export function pruneCommand(): Command {
  const server = apiServerFromEnv(process.env) ?? apiServerAt('kubernetes.default.svc', '443');
  return new Command('prune')
    .description(`delete ${KIND}s that finished long ago; without --delete, only say which`)
    .addOption(
      new Option('--older-than-days <n>', 'how long a finished one is kept')
        .argParser(wholeNumber(MAX_DAYS))
        .makeOptionMandatory(),
    )
    .option('--delete', 'delete; without it, the API server is asked to delete as a dry run')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-l, --selector <labels>', 'only with these labels, as for kubectl')
    .option('--managed', 'also what Argo CD, Flux, Helm, another such tool or an owner has created')
    .option('--applied', 'also what kubectl apply has created')
    .addOption(new Option('--at-most <n>', 'how many at once').argParser(wholeNumber(100_000)).default(500))
    .option('--server <url>', 'the API server', server.url)
    .option('--token-file <path>', 'bearer token for it', server.tokenFile)
    .option('--ca-file <path>', "CA of the API server's certificate", server.caFile)
    .addHelpText(
      'after',
      `
Never deletes one whose run has not finished, whose count has been approved, or
that has changed since it was listed. A resource that is created again is a new
order, so what would be created again is kept: what a tool has created, unless
--managed is given, and what kubectl apply has created, unless --applied is
given. The log names them. Each line "deleted" is the record of a resource.

Exit codes: 0 done, 1 the API server refused something, 2 wrong usage.`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const log = workerLogger({});
  try {
    const read = (path: string): string => readFileSync(path, 'utf8').trim();
    // An API server without TLS has no CA; only tests have one.
    const ca = options.server.startsWith('https:') ? read(options.caFile) : undefined;
    const api = pruneApi(options.server, { token: read(options.tokenFile), ca }, options);
    const summary = await prune(
      api,
      {
        before: new Date(Date.now() - options.olderThanDays * DAY_MS),
        include: new Set(RECREATED.filter((by) => options[by])),
        delete: options.delete === true,
        atMost: options.atMost,
      },
      log,
    );
    process.exitCode = summary.refused === 0 ? EXIT_CODES.done : EXIT_CODES.bug;
  } catch (error) {
    log.error(`not pruned: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT_CODES.bug;
  }
}
