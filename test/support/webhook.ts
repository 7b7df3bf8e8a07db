import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Test } from 'tap';
import { type AppOptions, buildApp } from '../../src/webhook/app.js';
import { NOW } from './builders.js';
import { defaultSettings } from './settings.js';

export interface Webhook {
  app: FastifyInstance;
  /** Every line that it logged, down to trace. */
  lines: string[];
  post: (hook: string, payload: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
}

/** A separate webhook for a test, with a fixed clock and its log in `lines`. */
export async function webhook(t: Test, options: Partial<AppOptions> = {}): Promise<Webhook> {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const app = await buildApp({ settings: defaultSettings, now: () => NOW, logger, ...options });
  t.teardown(() => app.close());
  return {
    app,
    lines,
    post: async (hook, payload, headers = { 'content-type': 'application/json' }) =>
      app.inject({
        method: 'POST',
        url: `/${hook}`,
        headers,
        payload: typeof payload === 'string' || payload instanceof Buffer ? payload : JSON.stringify(payload),
      }),
  };
}
