import underPressure from '@fastify/under-pressure';
import { type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { SecureContextOptions } from 'node:tls';
import type { Settings } from '../api/settings.js';
import { bearerTokenMatches } from './auth.js';
import { type Hooks, routes } from './routes.js';
import { createValidator, pathOf } from './validation.js';

/** A parent and its child, each up to the API server's 1.5 MiB and with managedFields, and a few Jobs more. */
const BODY_LIMIT = 16 * 1024 * 1024;
/** Metacontroller keeps idle connections for 90 s; a server that closes first loses requests. */
const KEEP_ALIVE_MILLISECONDS = 100_000;

export interface AppOptions {
  settings: Settings;
  now: () => Date;
  logger?: FastifyServerOptions['logger'] | FastifyServerOptions['loggerInstance'];
  /** TLS of the hooks; absent serves plain HTTP. With `ca`, clients must show a certificate of it. */
  tls?: SecureContextOptions | undefined;
  /** The bearer token that the hooks require, read at every request; absent requires none. */
  bearerToken?: (() => string) | undefined;
  /** Whether the server takes new work; false while it shuts down. */
  isReady?: () => boolean;
  /** Refuse work (503, Retry-After) above this event loop delay, in milliseconds. */
  maxEventLoopDelay?: number;
  /** The decisions; tests replace them. */
  hooks?: Hooks;
}

/** The webhook, not yet listening. Reads neither environment nor files nor clocks of its own. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const ajv = createValidator();
  const base = Fastify({
    ...loggerOptions(options.logger),
    ...(options.tls && {
      https: {
        ...options.tls,
        requestCert: options.tls.ca !== undefined,
        rejectUnauthorized: options.tls.ca !== undefined,
      },
    }),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    disableRequestLogging: true,
    forceCloseConnections: 'idle',
  } as FastifyServerOptions);
  const app = base.withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object));
  acceptJsonOfAnyType(app as unknown as FastifyInstance);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error.validation) {
      const first = error.validation[0];
      const path = first ? pathOf(first as Parameters<typeof pathOf>[0]) : '/';
      const message = `${path} ${first?.message ?? 'is wrong'}: not a request of Metacontroller's CompositeController for DdbctlDpJobs`;
      return reply.code(400).send({ error: 'Bad Request', path, message });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.name, path: '/', message: error.message });
    if (status === 500)
      request.log.error({ err: { message: error.message, stack: error.stack } }, 'a hook failed: this is a bug');
    const message = status === 500 ? 'internal error: see the log of the operator' : error.message;
    return reply.code(status).send({ error: status === 500 ? 'Internal Server Error' : error.name, message });
  });

  const isReady = options.isReady ?? (() => true);
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) =>
    isReady() ? { status: 'ok' } : reply.code(503).send({ status: 'shutting down' }),
  );
  await app.register(async (hooks) => {
    await hooks.register(underPressure, {
      maxEventLoopDelay: options.maxEventLoopDelay ?? 2000,
      retryAfter: 1,
      message: 'the operator is overloaded; try again',
    });
    const { bearerToken } = options;
    if (bearerToken)
      hooks.addHook('onRequest', async (request, reply) => {
        if (bearerTokenMatches(request.headers.authorization, bearerToken())) return;
        await reply
          .code(401)
          .header('www-authenticate', 'Bearer')
          .send({ error: 'Unauthorized', message: 'the hooks require the bearer token of BEARER_TOKEN_FILE' });
      });
    await hooks.register(routes, { settings: options.settings, now: options.now, ajv, hooks: options.hooks });
  });
  return app as unknown as FastifyInstance;
}

function loggerOptions(logger: AppOptions['logger']): FastifyServerOptions {
  if (typeof logger === 'object' && 'info' in logger) return { loggerInstance: logger };
  return { logger: (logger as FastifyServerOptions['logger']) ?? false };
}

/** `curl -d` says that it sends a form. Whatever it is called, it is JSON or it is refused. */
function acceptJsonOfAnyType(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch {
      const error = new Error('the body is not JSON') as FastifyError;
      error.statusCode = 400;
      error.name = 'Bad Request';
      done(error, undefined);
    }
  });
}
