import underPressure, { type FastifyUnderPressureOptions } from '@fastify/under-pressure';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { SecureContextOptions } from 'node:tls';
import type { Settings } from '../api/settings.js';
import { requireBearerToken, requireClientCertificate } from './auth.js';
import { bodyLimit, limitBodies } from './body-limits.js';
import { acceptJsonOfAnyType } from './body.js';
import { answerError, overloaded, shuttingDown } from './errors.js';
import { createMetrics } from './metrics.js';
import { logRefusals } from './refusal-log.js';
import { type Hooks, routes } from './routes.js';
import { serverOptions } from './tls.js';
import { createValidator } from './validation.js';

/** Metacontroller keeps idle connections open for 90 s; a server that closes them earlier loses requests. */
const KEEP_ALIVE_MILLISECONDS = 100_000;
/** How long a request may take to arrive. Metacontroller gives up after 10 s. */
const REQUEST_MILLISECONDS = 30_000;

export interface AppOptions {
  settings: Settings;
  now: () => Date;
  logger?: FastifyServerOptions['logger'] | FastifyServerOptions['loggerInstance'];
  /** TLS options of the server; without them it serves plain HTTP. With `ca`, the hooks require a client certificate from it. */
  tls?: SecureContextOptions | undefined;
  /** Called for every request: returns the bearer tokens, one of which the hooks require. If absent, they require none. */
  bearerTokens?: (() => readonly string[]) | undefined;
  /** Whether the server accepts new work; false during shutdown. */
  isReady?: () => boolean;
  /** Serves `GET /metrics` to everyone, or only to clients that may call the hooks. If absent, it is not served. */
  metrics?: 'open' | 'protected' | undefined;
  /** Whether to serve the OpenAPI document of the hooks at `GET /documentation`. */
  documentation?: boolean | undefined;
  /** The version shown in metrics and documentation. */
  version?: string;
  /** What counts as overload. If absent, nothing does, and no clock is read. */
  overload?: FastifyUnderPressureOptions;
  /** The decisions; tests replace them. */
  hooks?: Hooks;
}

/** The webhook, not yet listening. It reads neither the environment nor files, and no clock but `now`. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const ajv = createValidator();
  const app = Fastify({
    ...loggerOptions(options.logger),
    ...(options.tls && { https: serverOptions(options.tls) }),
    bodyLimit: bodyLimit(isProtected(options)),
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
    // The routes log changes of state; a line for every request would drown them.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // A request that comes while it closes is answered by `decideOnlyWhile`: a 503 would be an error to Metacontroller.
    return503OnClosing: false,
  } as FastifyServerOptions) as FastifyInstance;
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object));
  app.setErrorHandler(answerError);
  const version = options.version ?? 'unknown';
  if (options.documentation === true)
    await (await import('./documentation.js')).documentation(app, version, whatIsRequired(options));
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
    limitBodies(hooks);
    if (options.isReady) decideOnlyWhile(hooks, options.isReady);
    acceptJsonOfAnyType(hooks);
    const { settings, now } = options;
    await hooks.register(routes, { settings, now, ajv, hooks: options.hooks, observe: metrics?.observe });
  });
  return app;
}

const whatIsRequired = ({ tls, bearerTokens }: AppOptions) => ({
  bearerToken: bearerTokens !== undefined,
  clientCertificate: tls?.ca !== undefined,
});

const isProtected = (options: AppOptions): boolean => Object.values(whatIsRequired(options)).includes(true);

/** Admits only Metacontroller, by the client certificate and the token that the settings require. */
function protect(app: FastifyInstance, { tls, bearerTokens, now }: AppOptions): void {
  if (tls?.ca !== undefined) requireClientCertificate(app);
  if (bearerTokens) requireBearerToken(app, bearerTokens);
  logRefusals(app, now);
}

/** The kubelet's probes: without token, client certificate or load shedding. */
function health(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) =>
    isReady() ? { status: 'ok' } : reply.code(503).send({ status: 'shutting down' }),
  );
}

/**
 * After SIGTERM this replica must not decide: its settings may be outdated. 429 makes Metacontroller retry after a second without a
 * SyncError; closing the connection sends it to another replica. This is checked right before deciding, so that a slow body is
 * covered too.
 */
function decideOnlyWhile(app: FastifyInstance, isReady: () => boolean): void {
  app.addHook('preHandler', (_request, reply, done) => {
    if (isReady()) return done();
    reply.header('retry-after', '1').header('connection', 'close');
    done(shuttingDown());
  });
}

/**
 * Responds with 429, not 503: Metacontroller honors Retry-After on 429, and retries anything else after as little as 5 ms. The delay
 * of the event loop is `Infinity` until it has been measured for the first time, a second after the start: that is no overload.
 */
async function shedLoad(app: FastifyInstance, overload: FastifyUnderPressureOptions): Promise<void> {
  await app.register(underPressure, {
    ...overload,
    pressureHandler: async (_request, reply, _type, value) => {
      if (value === Infinity) return;
      reply.header('retry-after', '1');
      throw overloaded();
    },
  });
}

function loggerOptions(logger: AppOptions['logger']): FastifyServerOptions {
  if (typeof logger === 'object' && 'info' in logger) return { loggerInstance: logger };
  return { logger: logger ?? false };
}
