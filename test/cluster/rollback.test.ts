import t from 'tap';
import { buildCrd } from '../../manifests/crd/build-crd.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';

interface Crd {
  metadata: { resourceVersion?: string };
  spec: { versions: { schema: { openAPIV3Schema: { properties: Record<string, { properties: object }> } } }[] };
}
interface Stored {
  spec: { legalHold?: boolean };
  status?: { seal?: string; observedGeneration?: number };
}
const MERGE = 'application/merge-patch+json';

/** The CRD of a version to come: a field more in the spec, and one in the status. */
function newer(crd: Crd): Crd {
  const changed = structuredClone(crd);
  const { spec, status } = changed.spec.versions[0]!.schema.openAPIV3Schema.properties;
  Object.assign(spec!.properties, { legalHold: { type: 'boolean' } });
  Object.assign(status!.properties, { seal: { type: 'string' } });
  return changed;
}

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  /** The controllers of the API server write the status of a CRD too, so a version may be taken. */
  const apply = (definition: Crd) =>
    eventually('the CRD is replaced', async () => {
      const { resourceVersion } = (await cluster.request('GET', crd.crdPath)).body.metadata;
      const next = { ...definition, metadata: { ...definition.metadata, resourceVersion } };
      return (await cluster.request('PUT', crd.crdPath, { body: next })).code === 200;
    });
  const current = crd.scoped(buildCrd()) as unknown as Crd;
  const patch = async (name: string, status: object): Promise<Stored> => {
    const answer = await cluster.request('PATCH', `${crd.path(name)}/status`, { body: { status }, contentType: MERGE });
    return answer.body as unknown as Stored;
  };
  const read = async () => (await cluster.request('GET', crd.path('kept'))).body as unknown as Stored;
  const olderIsServed = () =>
    eventually('the older CRD is served', async () => (await read()).status?.seal === undefined);

  t.test('an older CRD drops what it does not know of a status, and keeps it of a spec', async (t) => {
    await apply(newer(current));
    const spec = { legalHold: true, suspend: true, ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } };
    /** Until the newer CRD is served, its field is an unknown one, which the rules of the spec refuse. */
    const create = (name: string) =>
      eventually('the newer spec is accepted', async () => {
        const { code } = await crd.request('POST', undefined, '', { body: crd.resource(name, spec) });
        return code === 201;
      });
    await create('kept');
    const status = { observedGeneration: 1, seal: 'signed' };
    const newerIsServed = (name: string) =>
      eventually('the newer CRD is served', async () => (await patch(name, status)).status?.seal === 'signed');
    await newerIsServed('kept');

    await apply(current);
    await olderIsServed();
    t.match(await read(), { spec: { legalHold: true }, status: { observedGeneration: 1 } });

    await apply(newer(current));
    await eventually('what nobody wrote meanwhile is back', async () => (await read()).status?.seal === 'signed');

    await apply(current);
    await olderIsServed();
    t.equal((await patch('kept', { observedGeneration: 2 })).status?.observedGeneration, 2);
    await apply(newer(current));
    await create('probe');
    await newerIsServed('probe');
    t.equal((await read()).status?.seal, undefined, 'after a write it is gone for good');
    t.ok((await read()).spec.legalHold, 'a field of the spec is never lost');
  });
});
