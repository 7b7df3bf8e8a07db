import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { BadRequest, CompositeResponse, FinalizeResponse } from '../api/hooks.js';

interface Words {
  summary: string;
  description: string;
  response: unknown;
}

/** What the routes do not say of themselves. The answers are checked before they leave, so no route has a schema for them. */
const HOOKS: Readonly<Record<string, Words>> = {
  '/sync': {
    summary: 'What should exist for a DdbctlDpJob',
    description:
      'Called by Metacontroller with the resource and its observed Jobs. The same request gives the same answer, but for times.',
    response: CompositeResponse,
  },
  '/finalize': {
    summary: 'What is left to do before a DdbctlDpJob goes',
    description: 'Called by Metacontroller while the resource is being deleted: its Jobs are drained first.',
    response: FinalizeResponse,
  },
};

/**
 * OpenAPI of the hooks at `/documentation`, from the schemas by which requests are validated. To be registered before the
 * routes; loaded only where it is asked for.
 */
export async function documentation(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dynamoctl-dp-operator',
        version,
        description:
          "The hooks of a Metacontroller CompositeController (version v2) for DdbctlDpJobs. hooks/ of the repository has a request and its answer for every state. A request's `spec` and `status` may be anything that the API server has stored.",
      },
      tags: [{ name: 'hooks' }],
    },
    transform: ({ schema, url }) => ({ url, schema: described(schema, url) }),
    transformObject: (document) =>
      withoutValidatorsKeywords('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  });
  await app.register(swaggerUi, {
    routePrefix: '/documentation',
    staticCSP: true,
    // The page sets styles from its script; scripts themselves stay its own.
    transformStaticCSP: (header) => header.replace("style-src 'self' https:", "style-src 'self' 'unsafe-inline'"),
    uiConfig: { docExpansion: 'list' },
  });
}

function described(schema: FastifySchema | undefined, url: string): object {
  const words = HOOKS[url];
  if (!words) return { ...schema, hide: true };
  const { response, ...rest } = words;
  const answer = (description: string, schema: unknown) => ({
    description,
    content: { 'application/json': { schema } },
  });
  return {
    ...schema,
    ...rest,
    tags: ['hooks'],
    consumes: ['application/json'],
    response: {
      200: answer('The decision.', response),
      400: answer("Not a request of Metacontroller's.", BadRequest),
      429: { description: 'Overloaded; Retry-After says for how many seconds.', type: 'null' },
      500: { description: 'A bug; nothing was decided.', type: 'null' },
    },
  };
}

/** Keywords for the API server say nothing to a reader of OpenAPI, and CEL rules hide what does. */
function withoutValidatorsKeywords<T>(document: T): T {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key.startsWith('x-kubernetes-') ? undefined : value)),
  ) as T;
}
