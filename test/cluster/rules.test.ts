import t from 'tap';
import { kstatus } from '../support/kstatus.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { RULE_CASES, type RuleCase } from '../support/rule-cases.js';
import { installScopedCrd, type ScopedCrd } from '../support/scoped-crd.js';

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());

  t.test('takes the CRD as a structural one, without a complaint', async (t) => {
    const { body } = await cluster.request('GET', crd.crdPath);
    const { conditions = [], acceptedNames } = body.status ?? {};
    const held = Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
    t.equal(held.Established, 'True');
    t.equal(held.NamesAccepted, 'True');
    t.notOk(held.NonStructuralSchema === 'True', { conditions });
    t.strictSame(acceptedNames?.shortNames, ['ddp']);
  });

  t.test('a new resource has a status that says that nobody has looked at it', async (t) => {
    const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } };
    const created = await crd.request('POST', undefined, '', { body: crd.resource('unseen', spec) });
    t.equal(created.code, 201);
    const { body } = await crd.request('GET', 'unseen', '');
    t.strictSame(body.status, { observedGeneration: -1 });
    t.equal(kstatus(body), 'InProgress');
    const status = { observedGeneration: 1, mode: 'Execute' };
    const answered = await cluster.request('PATCH', `${crd.path('unseen')}/status`, {
      body: { status },
      contentType: 'application/merge-patch+json',
    });
    t.strictSame(answered.body.status, status);
  });

  for (const [about, cases] of Object.entries(RULE_CASES)) {
    t.test(about, async (t) => {
      for (const [i, ruleCase] of cases.entries()) {
        const { claim, refusals = [] } = ruleCase;
        const { code, body } = await answerTo(crd, ruleCase, `case-${about.replaceAll(' ', '-')}-${i}`.toLowerCase());
        if (refusals.length === 0) {
          t.match(String(code), /^20[01]$/, `accepted: ${claim}`, { body });
          continue;
        }
        const causes = body.details?.causes ?? [];
        for (const { path, serverPath = path, message } of refusals) {
          const words = typeof message === 'string' ? message : message.server;
          t.ok(
            code === 422 && causes.some((cause) => cause.field === serverPath && cause.message.includes(words)),
            `refused: ${claim}`,
            { code, causes, wanted: { serverPath, words } },
          );
        }
      }
    });
  }
});

/** Asked without writing; but a change needs something stored to be a change of. */
async function answerTo(crd: ScopedCrd, { spec, from }: RuleCase, name: string) {
  const body = crd.resource(name, spec);
  if (from === undefined) return crd.request('POST', undefined, '?dryRun=All&fieldValidation=Strict', { body });
  const stored = await crd.request('POST', undefined, '', { body: crd.resource(name, from) });
  if (stored.code !== 201) return stored;
  const { resourceVersion } = stored.body.metadata;
  return crd.request('PUT', name, '?dryRun=All&fieldValidation=Strict', {
    body: crd.resource(name, spec, { resourceVersion }),
  });
}
