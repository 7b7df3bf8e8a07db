import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { STATES } from '../api/states.js';

export const HOOKS = ['sync', 'finalize'] as const;
export type HookName = (typeof HOOKS)[number];

/** What a hook decided: the state that the request's status told, and the one that the answer tells. */
export interface Decision {
  hook: HookName;
  before: string | undefined;
  after: string | undefined;
}

/** HTTP status → why a request was refused. Every refusal that the webhook knows; anything else is `other`. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'not_metacontrollers',
  401: 'token',
  403: 'client_certificate',
  408: 'slow_request',
  413: 'too_large',
  429: 'overload',
  500: 'bug',
};

/** Metacontroller gives up after 10 s. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What stands where a decision has no state: a finalize that is over. */
const NO_STATE = 'None';

export interface Metrics {
  observe: (decision: Decision) => void;
  /** Counts the requests of this app's hooks, with whatever they are answered. */
  watch: (app: FastifyInstance) => void;
  /** Answers `GET /metrics` in this app. */
  serve: (app: FastifyInstance) => void;
}

/**
 * The figures of one webhook. Their labels are hooks, status codes and states: sets that are known beforehand. Nothing of a
 * DdbctlDpJob, its name or its key, is ever a label.
 */
export function createMetrics(version: string): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  new Gauge({
    name: 'dynamoctl_operator_info',
    help: 'Always 1; the version is a label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const requests = new Counter({
    name: 'dynamoctl_operator_hook_requests_total',
    help: 'Requests of the hooks that were answered, by hook and HTTP status.',
    labelNames: ['hook', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'dynamoctl_operator_hook_duration_seconds',
    help: 'Time to answer a request of a hook, in seconds.',
    labelNames: ['hook'],
    buckets: SECONDS,
    registers,
  });
  const decisions = new Counter({
    name: 'dynamoctl_operator_decisions_total',
    help: 'Decisions by hook and by the reason that the answer tells in its conditions.',
    labelNames: ['hook', 'reason'],
    registers,
  });
  const changes = new Counter({
    name: 'dynamoctl_operator_state_changes_total',
    help: 'Decisions whose reason is another than that of the status in the request.',
    labelNames: ['reason'],
    registers,
  });
  const refusals = new Counter({
    name: 'dynamoctl_operator_refusals_total',
    help: 'Requests of the hooks that got no decision, by the reason why.',
    labelNames: ['reason'],
    registers,
  });
  // From 0 on, so that the first one is an increase.
  for (const reason of STATES) changes.inc({ reason }, 0);
  for (const reason of [...Object.values(REFUSALS), 'other']) refusals.inc({ reason }, 0);
  for (const hook of HOOKS) requests.inc({ hook, code: '200' }, 0);

  return {
    observe({ hook, before, after }) {
      decisions.inc({ hook, reason: after ?? NO_STATE });
      if (after !== undefined && after !== before) changes.inc({ reason: after });
    },
    watch(app) {
      app.addHook('onResponse', async (request, reply) => {
        const hook = HOOKS.find((name) => request.routeOptions.url === `/${name}`);
        if (hook === undefined) return;
        requests.inc({ hook, code: String(reply.statusCode) });
        duration.observe({ hook }, reply.elapsedTime / 1000);
        if (reply.statusCode !== 200) refusals.inc({ reason: REFUSALS[reply.statusCode] ?? 'other' });
      });
    },
    serve(app) {
      app.get('/metrics', { logLevel: 'silent' }, async (_request, reply) =>
        reply.type(register.contentType).send(await register.metrics()),
      );
    },
  };
}
