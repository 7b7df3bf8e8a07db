import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorObject } from 'ajv';
import { describeFault } from './faults.js';
import { pathOf } from './validation.js';

/** An error that is the client's: its message was written to be read, and holds nothing of the body. */
export class ClientError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

export const notJson = (): ClientError => new ClientError(400, 'the body is not JSON in UTF-8');
export const wrongToken = (): ClientError =>
  new ClientError(401, 'the hooks require the bearer token of BEARER_TOKEN_FILE');
export const overloaded = (): ClientError => new ClientError(429, 'the operator is overloaded; try again');
export const noClientCertificate = (): ClientError =>
  new ClientError(403, 'the hooks require a client certificate of TLS_CLIENT_CA_FILE');

/** Whatever was thrown, an answer that is not 200: Metacontroller takes a 200 without children for "delete them all". */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const validation = validationOf(error);
  if (validation) {
    const path = pathOf(validation);
    const message = `${path} ${validation.message ?? 'is wrong'}: not a request of Metacontroller's CompositeController for DdbctlDpJobs`;
    return reply.code(400).send({ error: STATUS_CODES[400], path, message });
  }
  const status = clientStatusOf(error);
  if (status !== undefined)
    return reply.code(status).send({ error: STATUS_CODES[status], path: '/', message: (error as Error).message });
  request.log.error(describeFault(error, request.body), 'a hook failed: this is a bug');
  return reply.code(500).send({ error: STATUS_CODES[500], message: 'internal error: see the log of the operator' });
}

function validationOf(error: unknown): ErrorObject | undefined {
  return (error as { validation?: ErrorObject[] } | null | undefined)?.validation?.[0];
}

/** The status of an error of ours or of Fastify's that is the client's fault; anything else is a bug, whatever it calls itself. */
function clientStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, code } = error as { statusCode?: number; code?: unknown };
  const known = error instanceof ClientError || String(code).startsWith('FST_');
  return known && statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
