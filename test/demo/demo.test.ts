import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { ObservedJob } from '../../src/api/hooks.js';
import { defaultSettings } from '../support/settings.js';
import { jobStatus, observedJob, request } from '../support/builders.js';
import { sync } from '../../src/operator/sync.js';
import { conditions, getDdp } from './kubectl.js';

t.test('the demo holds what it claims (after npm run build)', async (t) => {
  const script = fileURLToPath(new URL('demo.ts', import.meta.url));
  const args = ['--no-warnings', '--import', import.meta.resolve('tsx'), script];
  const demo = spawn(process.execPath, args, { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(demo, 'close') as Promise<[number]>;
  const [out, err, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), closed]);
  t.equal(code, 0, err);
  t.match(out, /TESTTENANTID +2500 +0\n/, 'the target is empty');
  t.match(out, /TESTTENANTID2 +750 +750\n/, 'a neighbour is whole');
  t.match(out, /PartitionDeleted +2500 +2500/, 'and the columns say so');
  t.match(out, /All of it holds\.\n\n$/);
  t.notMatch(out, '✘');
  t.notMatch(out, '\u001b', 'no colours where nobody looks');
});

t.test('what a user of kubectl sees', async (t) => {
  const now = new Date('2026-11-23T02:10:40Z');
  const report = {
    jobUID: 'job-1',
    time: '2026-11-23T02:10:39Z',
    target: { tableId: 'table', digest: '0'.repeat(64) },
    progress: { itemsFound: 9, itemsDeleted: 7 },
  };
  const created = { creationTimestamp: '2026-11-23T02:10:01Z' } as object;
  const seen = request({ metadata: created, report }, running());
  seen.parent.status = sync(seen, defaultSettings, now).status;
  t.same(getDdp(seen.parent, now), [
    'NAME     TABLE    MODE      STATUS    DELETED   AGE',
    'sample   Orders   Execute   Running   7         39s',
  ]);
  t.match(getDdp(seen.parent, now, { wide: true })[0], /FOUND   JOB +AGE$/);
  t.match(conditions(seen.parent)[1], /^Finished +False +Running$/);
});

function running(): ObservedJob {
  return observedJob({ status: jobStatus.running });
}
