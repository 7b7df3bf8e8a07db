import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Ajv } from 'ajv';
import { CompositeRequest, CompositeResponse, FinalizeResponse } from '../api/hooks.js';
import type { Settings } from '../api/settings.js';
import { readStatus } from '../api/validate.js';
import { ownJobsOnly } from '../operator/desired/own-jobs-only.js';
import { finalize } from '../operator/finalize.js';
import { sync } from '../operator/sync.js';
import { type Decision, HOOKS } from './metrics.js';
import { checker } from './validation.js';

export interface Hooks {
  sync: (request: CompositeRequest, settings: Settings, now: Date) => CompositeResponse;
  finalize: (request: CompositeRequest, settings: Settings, now: Date) => FinalizeResponse;
}

export interface RouteOptions {
  settings: Settings;
  now: () => Date;
  ajv: Ajv;
  hooks?: Hooks | undefined;
  /** Told of each decision that leaves. */
  observe?: ((decision: Decision) => void) | undefined;
}

/** `POST /sync` and `POST /finalize`: an envelope that is Metacontroller's goes in, an answer of its schema goes out. */
export const routes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { settings, now, ajv, hooks, observe } = options;
  const decide: Hooks = hooks ?? { sync, finalize };
  const schema = { body: CompositeRequest };
  const checks = {
    sync: checker(ajv, CompositeResponse, 'the answer of sync'),
    finalize: checker(ajv, FinalizeResponse, 'the answer of finalize'),
  };
  for (const hook of HOOKS) {
    app.post(`/${hook}`, { schema }, async (request, reply) => {
      const { body } = request;
      const response = decide[hook](body, settings, now());
      checks[hook](response);
      // Serialized as it is: a response schema would silently drop fields of a Job.
      const text = JSON.stringify(ownJobsOnly(body.parent.metadata.namespace, response));
      const [before, after] = [stateOf(readStatus(body.parent.status)), stateOf(response.status)];
      logChange(request, { hook, before, after }, body, response);
      observe?.({ hook, before, after });
      return reply.type('application/json; charset=utf-8').send(text);
    });
  }
};

const stateOf = (status: CompositeResponse['status']): string | undefined =>
  status.conditions?.find(({ type }) => type === 'Finished')?.reason;

/** One line for a decision that changes the state, none for the many that do not. */
function logChange(
  request: FastifyRequest,
  { hook, before, after }: Decision,
  { parent }: CompositeRequest,
  { children }: CompositeResponse,
): void {
  const { name, namespace, uid } = parent.metadata;
  const line = { hook, namespace, name, uid, from: before, to: after, jobs: children.map((job) => job.metadata.name) };
  if (before !== after) request.log.info(line, `${namespace}/${name}: ${before ?? 'new'} -> ${after ?? 'unknown'}`);
  else request.log.debug(line, 'no change');
}
