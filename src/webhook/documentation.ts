import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { BadRequest, CompositeResponse, FinalizeResponse } from '../api/hooks.js';
import { bodyLimit, MIB } from './body-limits.js';

/** An OpenAPI operation: one method on one path. */
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  response: unknown;
}

/** What the routes do not declare. They have no response schema, because they check their responses themselves. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  '/sync': {
    operationId: 'sync',
    summary: 'Decides what should exist for a DdbctlDpJob',
    description:
      'Metacontroller calls it with the resource and the children that it observed. The response depends only on the request and the current time.',
    response: CompositeResponse,
  },
  '/finalize': {
    operationId: 'finalize',
    summary: 'Decides whether a DdbctlDpJob that is being deleted may go',
    description:
      'Metacontroller calls it while the resource is being deleted. The resource is kept until its Jobs have stopped.',
    response: FinalizeResponse,
  },
};

/** What a client of the hooks must show. */
const SECURITY_SCHEMES = {
  bearerToken: { type: 'http', scheme: 'bearer' },
  clientCertificate: { type: 'mutualTLS' },
} as const;

/** Which of these this operator requires. */
export type Required = Readonly<Record<keyof typeof SECURITY_SCHEMES, boolean>>;

/** What the hooks answer besides a decision, and why. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The body is not a valid request of a CompositeController for DdbctlDpJobs. Every child must be in the namespace of the parent.',
  401: 'The bearer token is missing or wrong.',
  403: 'The client has shown no certificate of the client CA.',
  408: 'The request took longer than 30 s to arrive.',
  413: `The body is longer than ${bodyLimit(false) / MIB} MiB, or than ${bodyLimit(true) / MIB} MiB where a token or a client certificate is required.`,
  429: 'The operator is overloaded, or this replica is shutting down. Retry after the seconds in Retry-After.',
  500: 'A bug. Nothing was decided.',
};
/** These do not say where in the body something is wrong. */
const WITHOUT_PATH: readonly number[] = [408, 500];

/**
 * Serves the OpenAPI document of the hooks at `/documentation`, built from the schemas that validate requests. Register it before
 * the routes. This module is loaded only if the setting is on.
 */
export async function documentation(app: FastifyInstance, version: string, required: Required): Promise<void> {
  const schemes = Object.keys(SECURITY_SCHEMES) as (keyof Required)[];
  const shown = schemes.filter((scheme) => required[scheme]).map((scheme) => [scheme, []] as const);
  const security = shown.length === 0 ? [] : [Object.fromEntries(shown)];
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dynamoctl-dp-operator',
        version,
        description:
          "The hooks of a Metacontroller CompositeController (hook version v2) for DdbctlDpJobs. The repository's folder hooks/ has an example request and response for every state. The `spec` and `status` of a request's parent may be anything that the API server has stored.",
      },
      tags: [{ name: 'hooks' }],
      // The types are those of OpenAPI 3.0, which has no mutualTLS.
      components: { securitySchemes: SECURITY_SCHEMES as object as Record<string, { $ref: string }> },
    },
    transform: ({ schema, url }) => ({ url, schema: describe(schema, url, security) }),
    transformObject: (document) =>
      withoutValidatorsKeywords('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  });
  await app.register(swaggerUi, {
    routePrefix: '/documentation',
    staticCSP: true,
    // The page's script sets inline styles. Scripts may still come only from this server.
    transformStaticCSP: (header) => header.replace("style-src 'self' https:", "style-src 'self' 'unsafe-inline'"),
    uiConfig: { docExpansion: 'list' },
  });
}

function describe(schema: FastifySchema | undefined, url: string, security: object[]): object {
  const operation = OPERATIONS[url];
  if (!operation) return { ...schema, hide: true };
  const { response, ...rest } = operation;
  const answer = (description: string, body: unknown) => ({
    description,
    content: { 'application/json': { schema: body } },
  });
  return {
    ...schema,
    ...rest,
    tags: ['hooks'],
    consumes: ['application/json'],
    security,
    response: {
      200: answer('The decision.', response),
      ...Object.fromEntries(
        Object.entries(REFUSALS).map(([status, text]) => {
          const { path: _, ...others } = BadRequest.properties;
          const shape = WITHOUT_PATH.includes(Number(status)) ? { type: 'object', properties: others } : BadRequest;
          return [status, answer(text, shape)];
        }),
      ),
    },
  };
}

/** Drops the keywords that only the API server understands: in OpenAPI they are noise. */
function withoutValidatorsKeywords<T>(document: T): T {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key.startsWith('x-kubernetes-') ? undefined : value)),
  ) as T;
}
