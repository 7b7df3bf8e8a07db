import t, { type Test } from 'tap';
import { pruneApi, type Scope } from '../../../../src/cli/prune/api.js';
import { prune, type PruneOptions } from '../../../../src/cli/prune/prune.js';
import type { Recreated } from '../../../../src/cli/prune/recreated.js';
import { request } from '../../../support/builders.js';
import { type FakeApi, fakeApi, type Stored } from './fake-api.js';

const LONG_AGO = '2026-06-01T00:00:00Z';
const SECRET = 'tenant-secret';

/** A finished resource; `time: undefined` is one that runs. */
function stored(name: string, time: string | undefined = LONG_AGO, namespace = 'shop'): Stored {
  const { parent } = request({
    spec: { ddbCtlDpJob: { tableName: 'Orders', partitionValue: SECRET, awsRegion: 'us-east-1' } },
    status: {
      mode: 'Execute',
      ...(time && { completionTime: time }),
      verifiedEmpty: true,
      progress: { itemsDeleted: 7 },
      conditions: [
        {
          ...{ type: 'Finished', status: time ? 'True' : 'False', reason: time ? 'PartitionDeleted' : 'Running' },
          ...{ message: '', lastTransitionTime: LONG_AGO },
        },
      ],
    },
    metadata: { name, namespace, uid: `uid-${name}` },
  });
  return { ...parent, metadata: { ...parent.metadata, resourceVersion: `rv-${name}` } };
}
const running = (name: string): Stored => {
  const resource = stored(name, LONG_AGO);
  (resource.status as { conditions: { status: string }[] }).conditions[0]!.status = 'False';
  return resource;
};

interface Line {
  fields: Record<string, unknown>;
  message: string;
}
async function pruned(api: FakeApi, options: Partial<PruneOptions> = {}, scope: Scope = {}) {
  const lines: Line[] = [];
  const log = (fields: object, message: string) => void lines.push({ fields: { ...fields }, message });
  const summary = await prune(
    pruneApi(api.url, { token: 'abc' }, scope),
    { before: new Date('2026-11-01T00:00:00Z'), include: new Set(), delete: true, atMost: 500, ...options },
    { info: log, warn: log },
  );
  return { summary, lines };
}
const gone = (api: FakeApi): string[] =>
  [...api.stored.values()].filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
const deletions = (api: FakeApi) => api.asked.filter(({ line }) => line.startsWith('DELETE'));

t.test('what finished long ago goes, and nothing else', async (t: Test) => {
  const api = await fakeApi(t, [
    stored('old'),
    running('runs'),
    stored('new', '2026-11-22T00:00:00Z'),
    stored('older'),
  ]);
  const { summary, lines } = await pruned(api);
  t.same(gone(api), ['old', 'older']);
  t.same(summary, { deleted: 2, changed: 0, refused: 0, stayed: { unfinished: 1, recent: 1 } });
  t.same(
    deletions(api).map(({ line, body }) => [line, (JSON.parse(body) as { preconditions: object }).preconditions]),
    ['old', 'older'].map((name) => [
      `DELETE /apis/dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1/namespaces/shop/ddbctldpjobs/${name}`,
      { uid: `uid-${name}`, resourceVersion: `rv-${name}` },
    ]),
  );
  t.ok(api.asked.every(({ token }) => token === 'Bearer abc'));
  t.match(lines[0], {
    message: 'deleted',
    fields: {
      ...{ namespace: 'shop', name: 'old', uid: 'uid-old', state: 'PartitionDeleted', completionTime: LONG_AGO },
      ...{ verifiedEmpty: true, itemsDeleted: 7 },
    },
  });
  t.match(lines.at(-1)?.message, /^deleted 2 DdbctlDpJobs$/);
  t.notMatch(JSON.stringify(lines), SECRET, 'and no key');
});

t.test('a dry run asks, and nothing goes', async (t) => {
  const api = await fakeApi(t, [stored('old'), running('runs')]);
  const { summary, lines } = await pruned(api, { delete: false });
  t.same(gone(api), []);
  t.match(summary, { deleted: 1 });
  t.ok(deletions(api).every(({ body }) => body.includes('"dryRun":["All"]')) && deletions(api).length === 1);
  t.match(lines[0], { message: 'would be deleted', fields: { name: 'old' } });
});

for (const [why, meanwhile] of [
  ['edited, for instance approved', { resourceVersion: 'rv-later' }],
  ['deleted and created again', { uid: 'uid-later', resourceVersion: 'rv-old' }],
] as const)
  t.test(`what was ${why} since it was listed stays`, async (t) => {
    const api = await fakeApi(t, [stored('old'), stored('older')]);
    api.meanwhile = (name) => name === 'old' && Object.assign(api.stored.get('shop/old')!.metadata, meanwhile);
    const { summary, lines } = await pruned(api);
    t.same(gone(api), ['older'], 'the others go');
    t.match(summary, { deleted: 1, changed: 1, refused: 0 });
    t.match(lines[0], { message: /it has changed since it was listed/, fields: { status: 409 } });
  });

t.test('what somebody else has deleted meanwhile is no error', async (t) => {
  const api = await fakeApi(t, [stored('old')]);
  api.meanwhile = (name) => api.stored.delete(`shop/${name}`);
  t.match((await pruned(api)).summary, { deleted: 0, changed: 1, refused: 0 });
});

t.test('what an admission policy refuses is told, and the others go', async (t) => {
  const api = await fakeApi(t, [stored('held'), stored('old')]);
  api.refuses.add('held');
  const { summary, lines } = await pruned(api);
  t.same(gone(api), ['old']);
  t.match(summary, { deleted: 1, refused: 1 });
  t.match(lines[0], { message: 'not deleted: the API server refuses', fields: { status: 422, reason: 'Invalid' } });
});

t.test('what would be created again is named, with what shows it and how to prune it anyway', async (t) => {
  const marked = (name: string, metadata: object): Stored => {
    const resource = stored(name);
    return { ...resource, metadata: { ...resource.metadata, ...metadata } };
  };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `{"spec":"${SECRET}"}` };
  const api = await fakeApi(t, [
    marked('by-flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'erase' } }),
    ...Array.from({ length: 30 }, (_, i) => marked(`by-hand-${i}`, { annotations })),
  ]);
  const { summary, lines } = await pruned(api);
  t.same(summary.stayed, { managed: 1, applied: 30 });
  t.same(gone(api), []);
  t.match(lines[0], {
    message: /^kept 1: a tool or an owner would create it again.* --managed$/,
    fields: { resources: { 'shop/by-flux': 'the label kustomize.toolkit.fluxcd.io/name' } },
  });
  t.match(lines[1], {
    message: /^kept 30: kubectl apply of its manifest would create it again.* --applied$/,
    fields: {
      resources: { 'shop/by-hand-19': 'the annotation kubectl.kubernetes.io/last-applied-configuration' },
    },
  });
  t.equal(Object.keys(lines[1]?.fields.resources ?? {}).length, 20, 'not thousands each night');
  t.notMatch(JSON.stringify(lines), SECRET, 'and no key');
  t.match((await pruned(api, { include: new Set<Recreated>(['applied']) })).summary, {
    deleted: 30,
    stayed: { managed: 1 },
  });
});

t.test('every page is read', async (t) => {
  const api = await fakeApi(t, [...Array.from({ length: 120 }, (_, i) => running(`runs-${i}`)), stored('old')]);
  t.match((await pruned(api)).summary, { deleted: 1, stayed: { unfinished: 120 } });
  t.equal(api.asked.filter(({ line }) => line.startsWith('GET')).length, 3);
});

t.test('no more than asked for at once', async (t) => {
  const api = await fakeApi(
    t,
    Array.from({ length: 120 }, (_, i) => stored(`old-${i}`)),
  );
  t.match((await pruned(api, { atMost: 60 })).summary, { deleted: 60 });
  t.equal(gone(api).length, 60);
});

t.test('one namespace, and some labels', async (t) => {
  const api = await fakeApi(t, [stored('old'), stored('old', LONG_AGO, 'bank')]);
  await pruned(api, {}, { namespace: 'bank', selector: 'keep!=true' });
  t.match(api.asked[0]?.line, /\/namespaces\/bank\/ddbctldpjobs\?limit=50&labelSelector=keep%21%3Dtrue$/);
  t.same(
    [...api.stored].filter(([, { metadata }]) => metadata.deletionTimestamp).map(([key]) => key),
    ['bank/old'],
  );
});

t.test('a list that is refused, or is none, ends it with the reason', async (t) => {
  for (const [answer, says] of [
    [{ status: 403, body: { message: 'jobs is forbidden' } }, /answered 403 .*: jobs is forbidden/],
    [{ status: 410, body: { message: 'too old' } }, /answered 410/],
    [{ status: 200, body: undefined }, /answered 200 .*: no message/],
    [{ status: 200, body: { items: 'x' } }, /answered 200/],
  ] as const) {
    const api = { list: () => Promise.resolve(answer), remove: () => Promise.reject(new Error('not asked')) };
    const options = { before: new Date(), include: new Set<Recreated>(), delete: true, atMost: 1 };
    await t.rejects(prune(api, options, { info: () => {}, warn: () => {} }), { message: says });
  }
});
