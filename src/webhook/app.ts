import underPressure, { type FastifyUnderPressureOptions } from '@fastify/under-pressure';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { SecureContextOptions } from 'node:tls';
import type { Settings } from '../api/settings.js';
import { requireBearerToken, requireClientCertificate } from './auth.js';
import { acceptJsonOfAnyType } from './body.js';
import { answerError, overloaded } from './errors.js';
import { createMetrics } from './metrics.js';
import { type Hooks, routes } from './routes.js';
import { serverOptions } from './tls.js';
import { createValidator } from './validation.js';

/** A parent and its child, each up to the API server's 1.5 MiB and with managedFields, and a few Jobs more. */
const BODY_LIMIT = 16 * 1024 * 1024;
/** Metacontroller keeps idle connections for 90 s; a server that closes first loses requests. */
const KEEP_ALIVE_MILLISECONDS = 100_000;
/** How long a request may take to arrive. Metacontroller itself gives up after 10 s. */
const REQUEST_MILLISECONDS = 30_000;

export interface AppOptions {
  settings: Settings;
  now: () => Date;
  logger?: FastifyServerOptions['logger'] | FastifyServerOptions['loggerInstance'];
  /** TLS of the server; absent serves plain HTTP. With `ca`, the hooks require a client certificate of it. */
  tls?: SecureContextOptions | undefined;
  /** The bearer token that the hooks require, asked for at every request; absent requires none. */
  bearerToken?: (() => string) | undefined;
  /** Whether the server takes new work; false while it shuts down. */
  isReady?: () => boolean;
  /** `GET /metrics`: open, or only for whom the hooks are open to. Absent: none. */
  metrics?: 'open' | 'protected' | undefined;
  /** Whether `GET /documentation` shows the hooks' OpenAPI. */
  documentation?: boolean | undefined;
  /** The version that metrics and documentation tell. */
  version?: string;
  /** What counts as overload; absent: nothing, and no clock is looked at. */
  overload?: FastifyUnderPressureOptions;
  /** The decisions; tests replace them. */
  hooks?: Hooks;
}

/** The webhook, not yet listening. Reads neither environment nor files nor clocks of its own. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const ajv = createValidator();
  const app = Fastify({
    ...loggerOptions(options.logger),
    ...(options.tls && { https: serverOptions(options.tls) }),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
    // A line for each change of state, from the routes, and none for each of a thousand requests.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
  } as FastifyServerOptions) as FastifyInstance;
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object));
  app.setErrorHandler(answerError);
  const version = options.version ?? 'unknown';
  if (options.documentation === true) await (await import('./documentation.js')).documentation(app, version);
  health(app, options.isReady ?? (() => true));
  const metrics = options.metrics && createMetrics(version);
  if (options.metrics === 'open') metrics?.serve(app);
  if (options.metrics === 'protected')
    await app.register(async (scope) => {
      protect(scope, options);
      metrics?.serve(scope);
    });
  await app.register(async (hooks) => {
    metrics?.watch(hooks);
    if (options.overload) await shedLoad(hooks, options.overload);
    protect(hooks, options);
    acceptJsonOfAnyType(hooks);
    const { settings, now } = options;
    await hooks.register(routes, { settings, now, ajv, hooks: options.hooks, observe: metrics?.observe });
  });
  return app;
}

/** Lets only Metacontroller in, by what the settings say that it shows. */
function protect(app: FastifyInstance, { tls, bearerToken }: AppOptions): void {
  if (tls?.ca !== undefined) requireClientCertificate(app);
  if (bearerToken) requireBearerToken(app, bearerToken);
}

/** For the kubelet: without a token, a client certificate or a limit. */
function health(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) =>
    isReady() ? { status: 'ok' } : reply.code(503).send({ status: 'shutting down' }),
  );
}

/** 429, not 503: Metacontroller waits the whole seconds of its Retry-After, while it repeats anything else from 5 ms on. */
async function shedLoad(app: FastifyInstance, overload: FastifyUnderPressureOptions): Promise<void> {
  await app.register(underPressure, {
    ...overload,
    pressureHandler: async (_request, reply) => {
      reply.header('retry-after', '1');
      throw overloaded();
    },
  });
}

function loggerOptions(logger: AppOptions['logger']): FastifyServerOptions {
  if (typeof logger === 'object' && 'info' in logger) return { loggerInstance: logger };
  return { logger: logger ?? false };
}
