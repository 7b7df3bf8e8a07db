import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { conditionsOf } from '../../../src/operator/desired/conditions.js';
import type { CompositeRequest } from '../../../src/api/hooks.js';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import { DdbctlDpJob } from '../../../src/api/resource.js';
import { STATES, type State } from '../../../src/api/states.js';
import { sync } from '../../../src/operator/sync.js';
import { kstatus } from '../../support/kstatus.js';
import { defaultSettings } from '../../support/settings.js';

const hooks = new URL('../../../hooks/sync/', import.meta.url);
const script = new URL('../../../manifests/gitops/argo-cd/health.lua', import.meta.url).pathname;
const request = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}/request.json`, hooks), 'utf8')) as CompositeRequest;
const statusAfter = (name: string): object =>
  (JSON.parse(readFileSync(new URL(`${name}/response.json`, hooks), 'utf8')) as { status: object }).status;

const HEALTHY: readonly State[] = ['PartitionDeleted', 'DryRunComplete'];
const UNDER_WAY: readonly State[] = ['Pending', 'Running', 'Retrying', 'Restarting', 'Suspending', 'Cancelling'];
const healthOf = (state: State): string =>
  HEALTHY.includes(state)
    ? 'Healthy'
    : state === 'Suspended'
      ? 'Suspended'
      : UNDER_WAY.includes(state)
        ? 'Progressing'
        : 'Degraded';

const WITHOUT_LUA = spawnSync('lua5.4', ['-v']).status !== 0 && 'lua5.4 is not on the PATH';

/** A value as Lua writes it. */
function lua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(lua).join(',')}}`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `[${lua(key)}]=${lua(inner)}`)
      .join(',')}}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** What Argo CD would say of an object. */
function argoCd(object: object): { status: string; message: string } {
  const run = `obj = ${lua(object)}\nlocal h = dofile(${lua(script)})\nio.write(h.status, "\\n", h.message)`;
  const { stdout, stderr, status } = spawnSync('lua5.4', ['-'], { input: run, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const [first = '', ...rest] = stdout.split('\n');
  return { status: first, message: rest.join('\n') };
}

t.test("Argo CD's health script", { skip: WITHOUT_LUA }, async (t) => {
  t.test('every state has the health that the page says', async (t) => {
    for (const state of STATES) {
      const conditions = conditionsOf({ state, message: 'why', previous: [], generation: 1, now: new Date(0) });
      const { status, message } = argoCd({
        metadata: { generation: 1 },
        status: { observedGeneration: 1, conditions },
      });
      t.equal(status, healthOf(state), state);
      t.equal(message, `${state}: why`);
    }
  });

  t.test('real answers', async (t) => {
    for (const name of readdirSync(hooks)) {
      const status = statusAfter(name) as { conditions: { type: string; reason: State; message: string }[] };
      const finished = status.conditions.find(({ type }) => type === 'Finished');
      const health = argoCd({ metadata: { generation: 1 }, status });
      t.equal(health.status, healthOf(finished?.reason ?? 'Pending'), name);
      t.match(health.message, finished?.message, name);
    }
    t.match(
      argoCd({ metadata: {}, status: statusAfter('policy-violation-beside-running') }).message,
      /\(.*ALLOWED_/,
      'a violation beside a running Job is told',
    );
  });

  t.test('what the operator has not seen is under way', async (t) => {
    const done = statusAfter('partition-deleted');
    t.equal(argoCd({ metadata: { generation: 1 } }).status, 'Progressing');
    t.equal(argoCd({ metadata: { generation: 1 }, status: {} }).status, 'Progressing');
    t.equal(argoCd({ metadata: { generation: 2 }, status: { ...done, observedGeneration: 1 } }).status, 'Progressing');
  });
});

t.test('kstatus, with which Flux and Helm wait', async (t) => {
  const metadata = { generation: 1 };
  const unseen = DdbctlDpJob.properties.status.default as object;
  t.equal(kstatus({ metadata }), 'Current', 'without a status it takes what nobody has looked at for done');
  t.equal(kstatus({ metadata, status: unseen }), 'InProgress', 'hence the default of the CRD');
  for (const state of STATES) {
    const conditions = conditionsOf({ state, message: 'why', previous: [], generation: 1, now: new Date(0) });
    const health = healthOf(state);
    const expected = health === 'Healthy' ? 'Current' : health === 'Degraded' ? 'Failed' : 'InProgress';
    t.equal(kstatus({ metadata, status: { observedGeneration: 1, conditions } }), expected, state);
    const edited = { metadata: { generation: 2 }, status: { observedGeneration: 1, conditions } };
    t.equal(kstatus(edited), 'InProgress', `${state}, and edited since`);
  }
});

t.test('a status that only says "unseen" is as good as none', async (t) => {
  const now = new Date('2026-11-23T12:00:00Z');
  for (const name of readdirSync(hooks)) {
    const asked = request(name);
    const { status: _, ...parent } = asked.parent;
    const unseen = DdbctlDpJob.properties.status.default;
    t.strictSame(
      sync({ ...asked, parent: { ...parent, status: unseen } }, defaultSettings, now),
      sync({ ...asked, parent }, defaultSettings, now),
      name,
    );
  }
});

t.test('what the page says of restored resources', async (t) => {
  const uid = '11111111-2222-4333-8444-555555555555';
  const restored = (from: { status?: object; report?: boolean; label?: boolean }): CompositeRequest => {
    const { status, report, label } = from;
    const made = request('pending-created');
    made.parent.metadata.uid = uid;
    if (status !== undefined) made.parent.status = status;
    else delete made.parent.status;
    const foreign = { parentUID: '99999999-2222-4333-8444-555555555555', mode: 'Execute', jobUID: 'x', final: false };
    if (label === true) made.parent.metadata.labels = { 'velero.io/restore-name': 'shop' };
    if (report === true) made.parent.metadata.annotations = { [REPORT_ANNOTATION]: JSON.stringify(foreign) };
    return made;
  };
  const finished = statusAfter('partition-deleted-job-gone');
  const running = statusAfter('running');
  for (const { claim, from, starts, state } of [
    { claim: 'with report, without status', from: { report: true }, starts: false, state: 'Restored' },
    {
      claim: 'with report, unfinished in status',
      from: { report: true, status: running },
      starts: false,
      state: 'Restored',
    },
    {
      claim: 'without report, finished in status',
      from: { status: finished },
      starts: false,
      state: 'PartitionDeleted',
    },
    {
      claim: 'without report, unfinished in status: goes on',
      from: { status: running },
      starts: false,
      state: 'Restarting',
    },
    { claim: 'without report and without status: starts again', from: {}, starts: true, state: 'Pending' },
    { claim: 'with the label of Velero, without status', from: { label: true }, starts: false, state: 'Restored' },
  ] as const) {
    const { children, status } = sync(restored(from), defaultSettings, new Date('2026-11-23T12:00:00Z'));
    // What a run begins with are the rights of its worker.
    t.equal(children.length > 0, starts, claim);
    t.equal(status.conditions?.find(({ type }) => type === 'Finished')?.reason, state, claim);
  }
});
