import t, { type Test } from 'tap';
import { type FakeSts, fakeSts, type Refusal, ROLE_CREDENTIALS } from '../support/fake-sts.js';
import { install, set, whatIsMissing } from './support/install.js';
import { bearerOf, injectIrsa, ROLE, WITHOUT_INJECTION } from './support/irsa.js';
import { environment, NAMESPACE, Scene } from './support/scene.js';

/**
 * IRSA in a real pod: a projected token of the run's account goes to an STS that asks the cluster whose token it is, and what STS gives
 * signs the requests to the table. The table's endpoint is not AWS's; so the operator has to trust it.
 */

const ACCOUNT = 'ddbctl-worker';
const BEARER = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
const skip = (await whatIsMissing()) ?? (await WITHOUT_INJECTION()) ?? false;

/** As STS would: the role trusts this account, and nobody else. */
async function trustsOnlyTheAccount(parameters: URLSearchParams): Promise<Refusal | undefined> {
  if (parameters.get('Action') !== 'AssumeRoleWithWebIdentity') return { status: 400, code: 'InvalidAction' };
  const bearer = await bearerOf(parameters.get('WebIdentityToken') ?? '');
  if (bearer === undefined) return { status: 400, code: 'InvalidIdentityToken' };
  return bearer === BEARER && parameters.get('RoleArn') === ROLE ? undefined : { status: 403, code: 'AccessDenied' };
}

/** An STS on this machine, to which the pods of the account go. */
async function stsForPods(t: Test, refuse: Refusal | typeof trustsOnlyTheAccount): Promise<FakeSts> {
  const sts = await fakeSts(refuse, environment.host);
  t.teardown(sts.close);
  await injectIrsa(t, ACCOUNT, { AWS_ENDPOINT_URL_STS: sts.url });
  return sts;
}

async function trust(t: Test, scene: Scene): Promise<void> {
  t.teardown(() => set({ TRUSTED_ENDPOINTS: '' }));
  await set({ TRUSTED_ENDPOINTS: scene.endpoint });
}

const keysOf = (scene: Scene) => [...new Set(scene.asked.map(({ accessKeyId }) => accessKeyId))];

t.test('the cluster', { skip }, install);

t.test('the token of the account buys credentials, and they sign every request', { skip }, async (t) => {
  const sts = await stsForPods(t, trustsOnlyTheAccount);
  const scene = await Scene.set(t, 'e2e-irsa', { items: 500, delay: 0 });
  await trust(t, scene);
  await scene.start({ serviceAccountName: ACCOUNT });
  await scene.untilFinished();
  await scene.expectDone(t);
  t.same(keysOf(scene), [ROLE_CREDENTIALS.accessKeyId]);
  t.same([...new Set(scene.asked.map(({ sessionToken }) => sessionToken))], [ROLE_CREDENTIALS.sessionToken]);
  t.ok(scene.asked.length > 20, `${scene.asked.length} requests`);
  t.equal(sts.received.length, 1, 'STS was asked once');
  t.match(Object.fromEntries(sts.received[0] ?? []), { Action: 'AssumeRoleWithWebIdentity', RoleArn: ROLE });
  t.equal(await bearerOf(sts.received[0]?.get('WebIdentityToken') ?? ''), BEARER);
});

t.test('an endpoint that is not trusted sees neither the token nor what it buys', { skip }, async (t) => {
  const sts = await stsForPods(t, trustsOnlyTheAccount);
  const scene = await Scene.set(t, 'e2e-irsa-untrusted', { items: 50, delay: 0 });
  await scene.start({ serviceAccountName: ACCOUNT });
  await scene.untilFinished();
  await scene.expectDone(t);
  t.same(keysOf(scene), ['dynamoctl']);
  t.same(sts.received, []);
});

t.test('a role that does not trust the account: the status says so, and the run ends', { skip }, async (t) => {
  const sts = await stsForPods(t, { status: 403, code: 'AccessDenied' });
  const scene = await Scene.set(t, 'e2e-irsa-denied', { items: 50, delay: 0 });
  await trust(t, scene);
  await scene.start({ serviceAccountName: ACCOUNT });
  t.comment(await scene.untilSaid(/AWS denies access so far/, 60));
  await scene.untilFinished();
  t.equal(await scene.state(), 'AccessDenied');
  t.ok(sts.received.length > 1, `STS was asked ${sts.received.length} times`);
  t.same(scene.asked, [], 'nothing reached the table without credentials');
  await scene.expectItems(t, 50);
});
