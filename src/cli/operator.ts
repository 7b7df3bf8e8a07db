import closeWithGrace from 'close-with-grace';
import { Command, Option } from 'commander';
import { readFileSync, watchFile } from 'node:fs';
import type { Server } from 'node:tls';
import { pino } from 'pino';
import { buildApp } from '../webhook/app.js';
import { flagOf, InvalidSettings, type OperatorSettings, readSettings, SETTINGS } from './settings.js';
import { publishedImage, version } from './version.js';

/** How often the files of TLS and the token are looked at, in milliseconds. Mounted Secrets change by renamed links. */
const FILE_INTERVAL = 5000;
/** After SIGTERM, how long requests still come in while endpoints are being updated, and then how long one may take. */
const SHUTDOWN_NOTICE = 3000;
const SHUTDOWN_LIMIT = 15_000;

/** `dynamoctl operator`: its flags are the settings' names. */
export function operatorCommand(): Command {
  const command = new Command('operator').description(
    "serve Metacontroller's hooks (POST /sync, POST /finalize) and GET /healthz, /readyz",
  );
  for (const { name, help, expected, ...rest } of SETTINGS) {
    const preset = 'default' in rest ? ` (default: "${rest.default}")` : '';
    command.addOption(
      new Option(`--${flagOf(name)} <value>`, `${help}: ${expected}${preset}; or ${name} in the environment`),
    );
  }
  return command.action(async () => {
    const flags = Object.fromEntries(
      SETTINGS.map(({ name }) => [flagOf(name), command.getOptionValue(camelCase(flagOf(name))) as string | undefined]),
    );
    await runOperator(process.env, flags);
  });
}

const camelCase = (flag: string): string => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function runOperator(env: NodeJS.ProcessEnv, flags: Record<string, string | undefined>): Promise<void> {
  let settings: OperatorSettings;
  let tls: ReturnType<typeof readTls>;
  let bearerToken: (() => string) | undefined;
  const warn = (message: string): void => log?.error(message);
  let log: ReturnType<typeof pino> | undefined;
  try {
    settings = readSettings(env, flags, publishedImage());
    tls = readTls(settings.files);
    bearerToken = watchToken(settings.files.bearerToken, warn);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`dynamoctl operator: ${message}\n`);
    process.exitCode = error instanceof InvalidSettings ? 2 : 1;
    return;
  }
  log = pino({ level: settings.logLevel });
  let ready = true;
  const app = await buildApp({
    settings: settings.decisions,
    now: () => new Date(),
    logger: log,
    tls,
    bearerToken,
    isReady: () => ready,
  });
  watchTls(settings.files, app.server as unknown as Server, warn);
  closeWithGrace({ delay: SHUTDOWN_LIMIT, logger: false }, async ({ err, signal }) => {
    if (err) log?.fatal({ err: { message: err.message, stack: err.stack } }, 'uncaught');
    else log?.info(`${signal}: no longer ready; ending in ${SHUTDOWN_NOTICE} ms`);
    ready = false;
    if (!err) await new Promise((resolve) => setTimeout(resolve, SHUTDOWN_NOTICE));
    await app.close();
  });
  await app.listen({ host: settings.host, port: settings.port });
  log.info({ version: version(), workerImage: settings.decisions.workerImage, tls: tls !== undefined }, 'ready');
}

type Files = OperatorSettings['files'];

function readTls({ tlsCert, tlsKey, tlsClientCA }: Files) {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return {
    cert: readFileSync(tlsCert),
    key: readFileSync(tlsKey),
    ...(tlsClientCA !== undefined && { ca: readFileSync(tlsClientCA) }),
  };
}

/** Certificates are renewed under a running server; a half-written pair keeps the old one until the next look. */
function watchTls(files: Files, server: Server, warn: (message: string) => void): void {
  const paths = [files.tlsCert, files.tlsKey, files.tlsClientCA].filter((path) => path !== undefined);
  for (const path of paths) {
    watchFile(path, { interval: FILE_INTERVAL, persistent: false }, () => {
      try {
        const tls = readTls(files);
        if (tls) server.setSecureContext(tls);
      } catch (error) {
        warn(`${path} changed and cannot be used yet: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }
}

function watchToken(path: string | undefined, warn: (message: string) => void): (() => string) | undefined {
  if (path === undefined) return undefined;
  const read = (): string => {
    const token = readFileSync(path, 'utf8').trim();
    if (token === '') throw new InvalidSettings(`BEARER_TOKEN_FILE="${path}" is empty`);
    return token;
  };
  let token = read();
  watchFile(path, { interval: FILE_INTERVAL, persistent: false }, () => {
    try {
      token = read();
    } catch (error) {
      warn(`${path} changed and cannot be used yet: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  return () => token;
}
