import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorObject } from 'ajv';
import { describeFault } from './faults.js';
import { pathOf } from './validation.js';

/** An error caused by the client. Its message is sent back, so it contains nothing from the body. */
export class ClientError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

export const notJson = (): ClientError => new ClientError(400, 'the body is not UTF-8 encoded JSON');
export const tooDeep = (what: string, levels: number): ClientError =>
  new ClientError(400, `${what} is nested more than ${levels} levels deep, which nothing is that an API server stores`);
const cutOff = (): ClientError => new ClientError(400, 'the connection was closed before the body was complete');
export const wrongToken = (): ClientError =>
  new ClientError(401, 'the hooks require a bearer token in BEARER_TOKEN_FILE');
export const overloaded = (): ClientError => new ClientError(429, 'the operator is overloaded; try again');
export const shuttingDown = (): ClientError => new ClientError(429, 'this replica is shutting down; try again');
export const noClientCertificate = (): ClientError =>
  new ClientError(403, 'the hooks require a client certificate from the CA in TLS_CLIENT_CA_FILE');

/** Never answers 200, whatever was thrown: to Metacontroller, a 200 without children means "delete all children". */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const validation = validationOf(error);
  if (validation) {
    const path = pathOf(validation);
    const message = `${path} ${validation.message ?? 'is wrong'}: this is not a request of a Metacontroller CompositeController for DdbctlDpJobs`;
    return reply.code(400).send({ error: STATUS_CODES[400], path, message });
  }
  if (isAbort(error)) return answerError(cutOff(), request, reply);
  const status = clientStatusOf(error);
  if (status !== undefined)
    return reply.code(status).send({ error: STATUS_CODES[status], path: '/', message: (error as Error).message });
  request.log.error(describeFault(error, request.body), 'a hook failed: this is a bug');
  return reply.code(500).send({ error: STATUS_CODES[500], message: "internal error: see the operator's log" });
}

/** What reading a body fails with once its client has gone. No hook has anything to do with a connection. */
const isAbort = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

function validationOf(error: unknown): ErrorObject | undefined {
  return (error as { validation?: ErrorObject[] } | null | undefined)?.validation?.[0];
}

/** The status of an error that the client caused: one of ours or of Fastify's. Anything else is a bug, whatever status it carries. */
function clientStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, code } = error as { statusCode?: number; code?: unknown };
  const known = error instanceof ClientError || String(code).startsWith('FST_');
  return known && statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
