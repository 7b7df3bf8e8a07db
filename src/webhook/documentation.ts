import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { BadRequest, CompositeResponse, FinalizeResponse } from '../api/hooks.js';

/** An OpenAPI operation: one method on one path. */
interface Operation {
  summary: string;
  description: string;
  response: unknown;
}

/** What the routes do not declare. They have no response schema, because they check their responses themselves. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  '/sync': {
    summary: 'Decides what should exist for a DdbctlDpJob',
    description:
      'Metacontroller calls it with the resource and the Jobs that it observed. The response depends only on the request and the current time.',
    response: CompositeResponse,
  },
  '/finalize': {
    summary: 'Decides whether a DdbctlDpJob that is being deleted may go',
    description:
      'Metacontroller calls it while the resource is being deleted. The resource is kept until its Jobs have stopped.',
    response: FinalizeResponse,
  },
};

/**
 * Serves the OpenAPI document of the hooks at `/documentation`, built from the schemas that validate requests. Register it before
 * the routes. This module is loaded only if the setting is on.
 */
export async function documentation(app: FastifyInstance, version: string): Promise<void> {
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
    },
    transform: ({ schema, url }) => ({ url, schema: describe(schema, url) }),
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

function describe(schema: FastifySchema | undefined, url: string): object {
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
    response: {
      200: answer('The decision.', response),
      400: answer(
        'The body is not a valid request of a CompositeController for DdbctlDpJobs. Every Job must be in the namespace of the parent.',
        BadRequest,
      ),
      429: { description: 'The operator is overloaded. Retry after the seconds in Retry-After.', type: 'null' },
      500: { description: 'A bug. Nothing was decided.', type: 'null' },
    },
  };
}

/** Drops the keywords that only the API server understands: in OpenAPI they are noise. */
function withoutValidatorsKeywords<T>(document: T): T {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key.startsWith('x-kubernetes-') ? undefined : value)),
  ) as T;
}
