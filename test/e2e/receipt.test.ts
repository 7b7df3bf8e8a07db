import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { REPORT_ANNOTATION } from '../../src/api/names.js';
import { RECEIPT_KEY, RECEIPT_KEY_DIRECTORY } from '../../src/api/receipt.js';
import type { Report } from '../../src/api/report.js';
import { ENV } from '../../src/api/worker.js';
import type { Claims } from '../../src/receipt/claims.js';
import { openSigner } from '../../src/receipt/sign.js';
import { apply, eventually, kubectl, list, tryKubectl } from '../support/kubectl.js';
import { CLAIMS, keyPair, type Pair } from '../support/receipts.js';
import { type Ended, runDynamoctl } from '../support/worker-process.js';
import { install, set, whatIsMissing } from './support/install.js';
import { environment, NAMESPACE, PARTITION, Scene } from './support/scene.js';

/** Receipts on a real cluster: the key in a Secret that only workers mount, and what becomes of a run if the key goes between two pods. */

const SECRET = 'receipt-key';
const SYSTEM = 'dynamoctl-dp-operator-system';
const skip = (await whatIsMissing()) ?? false;
const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const pair = keyPair();

interface Pod {
  metadata: { name: string; uid: string };
  spec: { volumes?: object[]; containers: { volumeMounts?: object[] }[] };
}

const keepKey = (privatePem = pair.privatePem): Promise<string> =>
  apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace: NAMESPACE },
    stringData: { [RECEIPT_KEY]: privatePem },
  });
const dropKey = (): Promise<string> => kubectl('delete', 'secret', SECRET, '-n', NAMESPACE, '--ignore-not-found');

async function verify(text: string, { publicPem }: Pair = pair, ...args: string[]): Promise<Ended> {
  const [receipt, key] = [join(folder, 'receipt'), join(folder, 'public.pem')];
  writeFileSync(receipt, text);
  writeFileSync(key, publicPem);
  return runDynamoctl(['verify-receipt', receipt, '--key', key, ...args], { [ENV.partitionValue]: PARTITION });
}

const claimsOf = async (...verified: Parameters<typeof verify>): Promise<Claims> => {
  const [text, by = pair] = verified;
  const { stdout, stderr } = await verify(text, by, '--output', 'json');
  return (JSON.parse(stdout || `{"wrong": ${JSON.stringify(stderr)}}`) as { claims: Claims }).claims;
};

/** The receipt in the status: it comes with the worker's report, which may reach the operator after the end of the Job. */
const receiptOf = (scene: Scene): Promise<string> =>
  eventually(`a receipt of ${scene.name}`, async () => (await scene.status()).receipt, { seconds: 30 });

const reportOf = async (scene: Scene): Promise<Report> =>
  JSON.parse((await scene.live())?.metadata.annotations?.[REPORT_ANNOTATION] ?? '{}') as Report;

const saidBy = async (scene: Scene): Promise<string> => (await scene.status()).conditions?.[0]?.message ?? '';

/** Kills the only pod of the run in mid-run; its Job starts another one. */
async function killPod(t: Test, scene: Scene): Promise<void> {
  await scene.midRun(t);
  const [pod] = await scene.pods((await scene.job()).metadata.name);
  await kubectl('delete', 'pod', pod?.metadata.name ?? '', '-n', NAMESPACE, '--grace-period=0', '--force');
}

t.test('the cluster, an operator that wants receipts, and a key that was just made', { skip }, async () => {
  await install();
  await set({ RECEIPT_KEY_SECRET: SECRET });
});

t.test('a deletion and its receipt, wherever it is to be found', { skip }, async (t) => {
  await keepKey();
  const scene = await Scene.set(t, 'e2e-receipt', { items: 300, delay: 0 });
  await scene.start();
  await scene.untilFinished();
  await scene.expectDone(t);
  const receipt = await receiptOf(scene);
  t.match(await reportOf(scene), { final: true, outcome: 'PartitionDeleted', receipt });
  const job = await scene.job();
  const log = await kubectl('logs', '-n', NAMESPACE, `job/${job.metadata.name}`);
  t.equal((JSON.parse(log.trim().split('\n').at(-1) ?? '') as { receipt?: string }).receipt, receipt, 'the last line');

  const { uid = '' } = (await scene.live())?.metadata ?? {};
  t.match(await claimsOf(receipt), {
    table: { name: scene.name, region: 'us-east-1', endpoint: scene.endpoint },
    sortKeys: { range: 'all' },
    itemsDeleted: 300,
    resource: { namespace: NAMESPACE, name: scene.name, uid },
    jobUID: job.metadata.uid,
    ...(environment.image !== undefined && { worker: { image: environment.image } }),
  });
  const live = JSON.stringify(await scene.live());
  t.match(await verify(live), { code: 0, stdout: /^Verified: [^]*300 items \(as reported\)/ }, 'as kubectl prints it');
  t.match(await verify(live, keyPair()), { code: 4, stderr: /signed with another key/ });
  for (const at of [0, Math.floor(receipt.length / 2), receipt.length - 1]) {
    const other = receipt[at] === 'A' ? 'B' : 'A';
    const changed = receipt.slice(0, at) + other + receipt.slice(at + 1);
    t.match(await verify(changed), { code: 4, stdout: '', stderr: /refused/ }, `byte ${at} is changed`);
  }

  const forged = JSON.stringify({ status: { receipt: 'no receipt' } });
  const written = ['patch', 'ddp', scene.name, '-n', NAMESPACE, '--subresource=status', '--type=merge', '-p', forged];
  t.match(await tryKubectl(written), { ok: false, err: /status\.receipt/ }, 'the CRD takes nothing that is no receipt');
});

t.test('only the worker has the key', { skip }, async (t) => {
  await keepKey();
  const scene = await Scene.set(t, 'e2e-receipt-mount', { items: 20, delay: 0 });
  await scene.start({ mode: 'DryRun' });
  await scene.untilFinished();
  const count = await scene.job();
  const podsOf = (namespace: string, selector: string): Promise<Pod[]> => list<Pod>('pods', namespace, selector);
  const [counting] = await podsOf(NAMESPACE, `batch.kubernetes.io/job-name=${count.metadata.name}`);
  t.notMatch(JSON.stringify(counting?.spec), SECRET, 'a count signs nothing');
  await scene.patch({ mode: 'Execute' });
  await scene.untilState('PartitionDeleted');
  t.ok(await receiptOf(scene), 'the deletion that was approved has one');
  const job = await scene.job();
  const [worker] = await podsOf(NAMESPACE, `batch.kubernetes.io/job-name=${job.metadata.name}`);
  t.match(worker?.spec, {
    volumes: [{ name: SECRET, secret: { secretName: SECRET, items: [{ key: RECEIPT_KEY }] } }],
    containers: [{ volumeMounts: [{ mountPath: RECEIPT_KEY_DIRECTORY, readOnly: true }] }],
  });
  const webhooks = await podsOf(SYSTEM, 'app.kubernetes.io/component=webhook');
  t.ok(webhooks.length > 0);
  for (const { metadata, spec } of webhooks)
    t.notMatch(JSON.stringify([spec.volumes, spec.containers.map((each) => each.volumeMounts)]), SECRET, metadata.name);
  const all = ['get', 'ddp,jobs,pods,configmaps', '-n', NAMESPACE, '-o', 'json'];
  const [, secretLine = 'no line'] = pair.privatePem.split('\n');
  t.notOk((await kubectl(...all)).includes(secretLine), 'the key is in no object but its Secret');
  t.notOk((await kubectl('logs', '-n', NAMESPACE, `job/${job.metadata.name}`)).includes(secretLine), 'nor in the log');
});

t.test('no key in the namespace: nothing is deleted, and the status says why', { skip }, async (t) => {
  await dropKey();
  const scene = await Scene.set(t, 'e2e-receipt-none', { items: 50, delay: 0 });
  await scene.start();
  await scene.untilFinished();
  t.equal(await scene.state(), 'GuardRefused');
  t.match(
    await saidBy(scene),
    /private\.pem of the Secret "receipt-key" \(RECEIPT_KEY_SECRET\).* is not there\. Put the/,
  );
  await scene.expectItems(t, 50);
});

t.test('the key goes between two pods: the rest is left, and a new resource deletes it', { skip }, async (t) => {
  await keepKey();
  const scene = await Scene.set(t, 'e2e-receipt-gone');
  await scene.start();
  await scene.midRun(t);
  await dropKey();
  await killPod(t, scene);
  await scene.untilFinished();
  t.equal(await scene.state(), 'GuardRefused');
  t.match(await saidBy(scene), /deleted nothing, because it could not sign a receipt: .* is not there/);
  t.equal((await scene.status()).receipt, undefined);
  const left = await scene.remaining();
  t.ok(left > 0 && left < scene.items, `${left} items are left`);

  await keepKey();
  await kubectl('delete', 'ddp', scene.name, '-n', NAMESPACE, '--timeout=60s');
  await scene.start();
  await scene.untilFinished();
  await scene.expectDone(t);
  t.match(await claimsOf(await receiptOf(scene)), { itemsDeleted: left, verifiedEmpty: true });
});

t.test('the key is replaced between two pods: the second one signs with the new key', { skip }, async (t) => {
  await keepKey();
  const scene = await Scene.set(t, 'e2e-receipt-rotated');
  await scene.start();
  await scene.midRun(t);
  const next = keyPair();
  await keepKey(next.privatePem);
  await killPod(t, scene);
  await scene.untilFinished();
  await scene.expectDone(t);
  const receipt = await receiptOf(scene);
  t.match(await verify(receipt), { code: 4, stderr: /signed with another key/ });
  t.match(await claimsOf(receipt, next), { outcome: 'PartitionDeleted' });
});

t.test('the key goes after a pod had verified: the run is done, with the receipt of then', { skip }, async (t) => {
  await keepKey();
  const scene = await Scene.set(t, 'e2e-receipt-kept', { items: 1000 });
  await scene.start();
  await scene.midRun(t);
  // A pod whose node is lost right after its last report, in slow motion.
  await scene.patch({ suspend: true });
  await scene.untilState('Suspended');
  const job = await scene.job();
  await eventually('its pod to go', async () => (await scene.pods(job.metadata.name)).length === 0);
  const { uid = '' } = (await scene.live())?.metadata ?? {};
  const resource = { namespace: NAMESPACE, name: scene.name, uid };
  const { sign } = await openSigner(pair.privatePem);
  const receipt = await sign({ ...CLAIMS, resource, jobUID: job.metadata.uid });
  const end = { final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, receipt };
  const report = JSON.stringify({ ...(await reportOf(scene)), message: '', ...end });
  await kubectl('annotate', 'ddp', scene.name, '-n', NAMESPACE, '--overwrite', `${REPORT_ANNOTATION}=${report}`);
  await scene.erase();
  await dropKey();
  await scene.patch({ suspend: false });
  await scene.untilFinished();
  await scene.expectDone(t);
  t.equal((await scene.job()).metadata.uid, job.metadata.uid, 'by another pod of the same Job');
  t.equal(await receiptOf(scene), receipt);
  t.match(await saidBy(scene), /its receipt is the one from then, because nothing can be signed now: .* is not there/);
});

t.test('afterwards', { skip }, async () => {
  await dropKey();
  await set({ RECEIPT_KEY_SECRET: '' });
});
