import t from 'tap';
import type { Spec } from '../../src/api/spec.js';
import { buildJob } from '../../src/operator/desired/new-job.js';
import { runOf } from '../../src/operator/run-name.js';
import { request } from '../support/builders.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { REFUSED_JOBS } from '../support/rule-cases.js';
import { defaultSettings } from '../support/settings.js';

/** Why `REFUSED_JOBS` have to be refused in a DdbctlDpJob: Metacontroller would try forever to create such a Job. */
t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const { metadata } = request().parent;
  const run = runOf(metadata.uid, 'Execute');
  const post = (spec: Spec) => {
    const parent = { ...metadata, namespace: 'default' };
    const job = buildJob({ parent, spec, mode: 'Execute', run, restarts: 0, settings: defaultSettings } as never);
    return cluster.request('POST', '/apis/batch/v1/namespaces/default/jobs?dryRun=All', { body: job });
  };
  const target = { tableName: 'Orders', partitionValue: 'x' };
  t.equal((await post({ ddbCtlDpJob: target })).code, 201, 'takes an ordinary Job');
  for (const { claim, spec } of REFUSED_JOBS) {
    const { code, body } = await post(spec as Spec);
    t.match(String(code), /^4(00|22)$/, `refuses a Job with ${claim}`, { body });
  }
});
