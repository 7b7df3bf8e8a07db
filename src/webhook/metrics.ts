import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { HOOK_NAMES, type HookName } from '../api/hooks.js';
import { STATES } from '../api/states.js';

/** A hook's decision: the state in the request's status, and the state in the response's. */
export interface StateTransition {
  hook: HookName;
  before: string | undefined;
  after: string | undefined;
}

/** HTTP status → why a request was rejected. Any other status counts as `other`. */
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

/** The label of a decision without a state: a resource whose finalizer is released. */
const NO_STATE = 'None';

export interface Metrics {
  /** Counts one decision. */
  observe: (transition: StateTransition) => void;
  /** Counts and times the hook requests of this app, whatever their outcome. */
  watch: (app: FastifyInstance) => void;
  /** Serves `GET /metrics` in this app. */
  serve: (app: FastifyInstance) => void;
}

/**
 * The metrics of one webhook. Their labels are hooks, status codes and states, all of them small, fixed sets. Neither the name of
 * a DdbctlDpJob nor its key is ever a label.
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
    help: 'Hook requests answered, by hook and HTTP status.',
    labelNames: ['hook', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'dynamoctl_operator_hook_duration_seconds',
    help: 'Time to answer a hook request, in seconds.',
    labelNames: ['hook'],
    buckets: SECONDS,
    registers,
  });
  const decisions = new Counter({
    name: 'dynamoctl_operator_decisions_total',
    help: "Decisions, by hook and by the reason in the response's conditions.",
    labelNames: ['hook', 'reason'],
    registers,
  });
  const changes = new Counter({
    name: 'dynamoctl_operator_state_changes_total',
    help: 'Decisions that changed the reason, by the new reason.',
    labelNames: ['reason'],
    registers,
  });
  const refusals = new Counter({
    name: 'dynamoctl_operator_refusals_total',
    help: 'Hook requests that were refused or failed, by cause.',
    labelNames: ['reason'],
    registers,
  });
  // Each series starts at 0, so that increase() sees the first event.
  for (const reason of STATES) changes.inc({ reason }, 0);
  for (const reason of [...Object.values(REFUSALS), 'other']) refusals.inc({ reason }, 0);
  for (const hook of HOOK_NAMES) requests.inc({ hook, code: '200' }, 0);

  return {
    observe({ hook, before, after }) {
      decisions.inc({ hook, reason: after ?? NO_STATE });
      if (after !== undefined && after !== before) changes.inc({ reason: after });
    },
    watch(app) {
      app.addHook('onResponse', (request, reply, done) => {
        const hook = HOOK_NAMES.find((name) => request.routeOptions.url === `/${name}`);
        if (hook === undefined) return done();
        requests.inc({ hook, code: String(reply.statusCode) });
        duration.observe({ hook }, reply.elapsedTime / 1000);
        if (reply.statusCode !== 200) refusals.inc({ reason: REFUSALS[reply.statusCode] ?? 'other' });
        done();
      });
    },
    serve(app) {
      app.get('/metrics', { logLevel: 'silent' }, async (_request, reply) =>
        reply.type(register.contentType).send(await register.metrics()),
      );
    },
  };
}
