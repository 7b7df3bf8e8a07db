import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { buildApp } from '../../webhook/app.js';
import { renewTls } from '../../webhook/tls.js';
import { listen } from './listen.js';
import { followTls, followTokens } from './rotation.js';
import { readTls } from './tls-and-token.js';
import { operatorLogger } from '../process/logger.js';
import { readSettings } from './read-settings.js';
import { publishedImage, version } from '../process/version.js';

/**
 * How long requests are still answered after SIGTERM, in milliseconds: they keep arriving until the last kube-proxy has heard, which
 * takes seconds on a large or busy cluster.
 */
const SHUTDOWN_NOTICE = 10_000;
/** How long after that the last requests may take, in milliseconds. A connection over which nothing comes is not waited for longer. */
const SHUTDOWN_REST = 5000;
/** How long the shutdown may take, in milliseconds; less than the pod's grace period. */
const SHUTDOWN_LIMIT = 20_000;

/** Event loop delay, in milliseconds, above which the hooks refuse work. Metacontroller waits 10 s; a busy node causes seconds. */
const OVERLOAD = { maxEventLoopDelay: 8000 };

/** Serves the hooks until a signal arrives. @throws InvalidSettings */
export async function runOperator(env: NodeJS.ProcessEnv, flags: Record<string, string | undefined>): Promise<void> {
  const settings = readSettings(env, flags, publishedImage());
  const { files } = settings;
  const tls = readTls(files);
  const log = operatorLogger(settings.logLevel);
  const bearerTokens = files.bearerToken === undefined ? undefined : followTokens(files.bearerToken, log);
  let ready = true;
  const app = await buildApp({
    settings: settings.decisions,
    now: () => new Date(),
    logger: log,
    tls,
    bearerTokens,
    isReady: () => ready,
    overload: OVERLOAD,
    metrics: settings.metrics,
    documentation: settings.documentation,
    version: version(),
  });
  await listen(app, settings);
  if (tls) followTls(files, tls, (next) => renewTls(app, next), log);
  endWithGrace(app, log, () => (ready = false));
  const { port } = app.server.address() as AddressInfo;
  log.info({ version: version(), port, workerImage: settings.decisions.workerImage, tls: tls !== undefined }, 'ready');
}

/**
 * First reports not ready and decides nothing more, so that whoever still comes is sent to another replica, then ends once all
 * requests are answered. Ctrl-C does not wait.
 */
function endWithGrace(app: FastifyInstance, log: Logger, unready: () => void): void {
  closeWithGrace({ delay: SHUTDOWN_LIMIT, logger: false }, async ({ err, signal }) => {
    unready();
    if (err) log.fatal({ err: { message: err.message, stack: err.stack } }, 'uncaught: this is a bug');
    else log.info(`${signal}: no longer ready`);
    if (signal === 'SIGTERM') await setTimeout(SHUTDOWN_NOTICE);
    const closed = app.close();
    await Promise.race([closed, setTimeout(SHUTDOWN_REST)]);
    app.server.closeAllConnections();
    await closed;
  });
}
