import t, { type Test } from 'tap';
import type { CompositeRequest, CompositeResponse, FinalizeResponse } from '../../src/api/hooks.js';
import { finalize } from '../../src/operator/finalize.js';
import { jobIsDrained } from '../../src/operator/observe/job-status.js';
import { sync } from '../../src/operator/sync.js';
import { buildApp } from '../../src/webhook/app.js';
import { jobsIn } from '../support/builders.js';
import { jobsOf, recordings, withOurJob } from '../support/recordings.js';
import { defaultSettings } from '../support/settings.js';

const hooks = { sync, finalize };
/** A second after the recordings' own clock ended; the five minutes of a drain have not passed. */
const now = new Date('2026-11-23T02:10:40Z');

const app = await buildApp({ settings: defaultSettings, now: () => now });
t.teardown(() => app.close());

t.equal(recordings().length, 48, 'all recordings are here');

for (const variant of ['as recorded', 'with our Job'] as const) {
  for (const { name, hook, request: recorded } of recordings()) {
    t.test(`${name} ${variant}`, async (t) => {
      const request = variant === 'as recorded' ? recorded : withOurJob(recorded);
      const reply = await app.inject({ method: 'POST', url: `/${hook}`, payload: request });
      t.equal(reply.statusCode, 200, reply.body);
      const response = reply.json<CompositeResponse & Partial<FinalizeResponse>>();
      t.notOk(response.children.includes(null as never), 'no child is null');
      for (const job of jobsOf(request)) {
        const child = jobsIn(response).find((each) => each.metadata.name === job.metadata.name);
        if (child) t.same(child.spec.template, job.spec.template, 'the template is as observed');
        else t.ok(jobIsDrained(job), 'only a drained Job is left out');
      }
      if (hook === 'sync') {
        t.notOk('finalized' in response, 'sync never says finalized');
        fixedPoint(t, request);
      } else {
        t.equal(response.finalized, jobsOf(request).length === 0);
      }
      t.same(hooks[hook](request, defaultSettings, now), JSON.parse(reply.body), 'the route adds nothing');
    });
  }
}

function fixedPoint(t: Test, request: CompositeRequest): void {
  const first = sync(request, defaultSettings, now);
  const again = structuredClone(request);
  again.parent.status = JSON.parse(JSON.stringify(first.status));
  const second = sync(again, defaultSettings, now);
  t.same(second.status, first.status, 'our status fed back is a fixed point');
  t.equal(JSON.stringify(sync(request, defaultSettings, now)), JSON.stringify(first), 'the same input, the same bytes');
}
