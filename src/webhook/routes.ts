import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Ajv } from 'ajv';
import { CompositeRequest, CompositeResponse, FinalizeResponse, HOOK_NAMES } from '../api/hooks.js';
import type { Settings } from '../api/settings.js';
import { readStatus } from '../api/validate.js';
import { ownChildrenOnly } from '../operator/desired/own-children-only.js';
import { finalize } from '../operator/finalize.js';
import { sync } from '../operator/sync.js';
import type { StateTransition } from './metrics.js';
import { checker, requireOneNamespace } from './validation.js';

export interface Hooks {
  sync: (request: CompositeRequest, settings: Settings, now: Date) => CompositeResponse;
  finalize: (request: CompositeRequest, settings: Settings, now: Date) => FinalizeResponse;
}

export interface RouteOptions {
  settings: Settings;
  now: () => Date;
  ajv: Ajv;
  hooks?: Hooks | undefined;
  /** Called with each decision that is sent. */
  observe?: ((transition: StateTransition) => void) | undefined;
}

/** `POST /sync` and `POST /finalize`: validates the request's envelope, decides, and checks the response before it is sent. */
export const routes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { settings, now, ajv, hooks, observe } = options;
  const decide: Hooks = hooks ?? { sync, finalize };
  const schema = { body: CompositeRequest };
  const checks = {
    sync: checker(ajv, CompositeResponse, 'the response of sync'),
    finalize: checker(ajv, FinalizeResponse, 'the response of finalize'),
  };
  for (const hook of HOOK_NAMES) {
    app.post(`/${hook}`, { schema }, async (request, reply) => {
      const { body } = request;
      requireOneNamespace(body);
      const response = decide[hook](body, settings, now());
      checks[hook](response);
      // Serialized as is: Fastify's response schemas would silently drop fields of a child.
      const text = JSON.stringify(ownChildrenOnly(body.parent.metadata, response));
      const [before, after] = [stateOf(readStatus(body.parent.status)), stateOf(response.status)];
      logChange(request, { hook, before, after }, body, response);
      observe?.({ hook, before, after });
      return reply.type('application/json; charset=utf-8').send(text);
    });
  }
};

const stateOf = (status: CompositeResponse['status']): string | undefined =>
  status.conditions?.find(({ type }) => type === 'Finished')?.reason;

/** Logs decisions that change the state at level info; the many others would drown them out. */
function logChange(
  request: FastifyRequest,
  { hook, before, after }: StateTransition,
  { parent }: CompositeRequest,
  { children }: CompositeResponse,
): void {
  const { name, namespace, uid } = parent.metadata;
  const jobs = children.filter(({ kind }) => kind === 'Job').map((job) => job.metadata.name);
  const line = { hook, namespace, name, uid, from: before, to: after, jobs };
  if (before !== after) request.log.info(line, `${namespace}/${name}: ${before ?? 'new'} -> ${after ?? 'unknown'}`);
  else request.log.debug(line, 'no change');
}
