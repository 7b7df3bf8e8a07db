import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { request } from '../support/builders.js';
import { authority, type Certificate, clientCertificate, serverCertificate } from '../support/certificates.js';
import { eventually, kubectl, list, tryKubectl } from '../support/kubectl.js';
import { postOverTls } from '../support/tls-visit.js';
import { CRD, HERE, install, missing, MINUTES, RELEASE, run, secret, SYSTEM, upgrade } from './support/release.js';
import { NAMESPACE, Scene } from './support/scene.js';

/** The deployed webhook with mutual TLS and a token: who gets in, also in mid-rotation, and by which addresses. */

const WEBHOOK = 'app.kubernetes.io/component=webhook';
const BODY = JSON.stringify(request());

interface Pod {
  metadata: { name: string };
  spec: { containers: { image: string }[] };
  status: {
    ephemeralContainerStatuses?: { name: string; state: { terminated?: { exitCode: number } } }[];
  };
}
const pods = (): Promise<Pod[]> => list<Pod>('pods', SYSTEM, WEBHOOK);

/** A way to the webhook for this process: a port of this machine. */
async function forwarded(t: Test): Promise<number> {
  const child = spawn('kubectl', ['port-forward', '-n', SYSTEM, `service/${RELEASE}`, ':443'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill());
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('kubectl port-forward ended'))),
  ])) as [string];
  return Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
}

interface Visit {
  port: number;
  ca: Certificate;
  token?: string;
  client?: Certificate;
  session?: Buffer | undefined;
  version?: 'TLSv1.2' | 'TLSv1.3';
}

/** One POST over a connection of its own, which resumes the session, if there is one and the server knows it. */
function visit({ port, ca, token, client, session, version = 'TLSv1.3' }: Visit) {
  const connection = {
    ...{ host: '127.0.0.1', port, servername: `${RELEASE}.${SYSTEM}`, ca: ca.cert },
    ...{ minVersion: version, maxVersion: version },
    ...(client && { cert: client.cert, key: client.key }),
    ...(session && { session }),
  };
  return postOverTls(connection, BODY, token);
}

/** The kubelet updates the files of a Secret right when its pod changes, and otherwise within a minute or so. */
const touch = (): Promise<string> =>
  kubectl('annotate', 'pods', '-n', SYSTEM, '-l', WEBHOOK, '--overwrite', `touched=${Date.now()}`);

/** Until each replica says it. One of the rollout before may go meanwhile. */
async function allSay(words: RegExp): Promise<void> {
  await eventually(`all replicas to say ${words}`, async () => {
    const names = (await pods()).map(({ metadata }) => metadata.name);
    const logs = await Promise.all(names.map((name) => tryKubectl(['logs', '-n', SYSTEM, name])));
    return names.length > 0 && logs.every(({ ok, out }) => ok && words.test(out));
  });
}

t.test('the deployed webhook, secured', { skip: missing }, async (t) => {
  const crdBefore = (await tryKubectl(['get', 'crd', CRD])).ok;
  await tryKubectl(['create', 'namespace', NAMESPACE]);
  await tryKubectl(['create', 'namespace', SYSTEM]);
  const ca = await authority('e2e');
  const server = await serverCertificate('hooks', ca);
  const client = await clientCertificate('metacontroller', ca);
  await secret('hooks-tls', { 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': ca.cert });
  await secret('hooks-client', { 'tls.crt': client.cert, 'tls.key': client.key, 'ca.crt': ca.cert });
  await secret('hooks-token', { token: 'e2e-token-one', accepted: 'e2e-token-one' });
  // That of an installation by kubectl: Helm cannot change the port of one that it takes over.
  await kubectl('delete', 'service', RELEASE, '-n', SYSTEM, '--ignore-not-found');
  await install(t, {
    service: { port: 443 },
    tls: {
      secretName: 'hooks-tls',
      clientCAKey: 'ca.crt',
      testSecretName: 'hooks-client',
      caBundle: { secretRef: { name: 'hooks-tls', namespace: SYSTEM, key: 'ca.crt' } },
      clientTLS: { secretRef: { name: 'hooks-client', namespace: SYSTEM } },
    },
    bearerToken: { secretName: 'hooks-token', acceptedKey: 'accepted' },
  });
  t.teardown(async () => {
    await kubectl('delete', 'ddbctldpjobs', '--all', '-n', NAMESPACE, '--timeout=60s');
    // The test has ended by now, so it takes no assertion any more.
    const { ok, stderr } = run(['uninstall', RELEASE, ...HERE, '--wait', ...MINUTES]);
    if (!ok) throw new Error(`helm uninstall: ${stderr.slice(-2000)}`);
    await tryKubectl(['delete', 'secret', 'hooks-tls', 'hooks-client', 'hooks-token', '-n', SYSTEM]);
    if (!crdBefore) await kubectl('delete', 'crd', CRD);
  });

  await t.test('mutual TLS: Metacontroller gets in, a resumed session without a certificate does not', async (t) => {
    const scene = await Scene.set(t, 'e2e-mutual-tls', { items: 40, delay: 0 });
    await scene.start();
    await scene.untilState('PartitionDeleted');
    const way = { port: await forwarded(t), ca, token: 'e2e-token-one' };
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = await visit({ ...way, client, version });
      const second = await visit({ ...way, version, session: first.session });
      t.same([first.status, second.status, second.resumed], [200, 403, false], version);
    }
  });

  await t.test('token rotation: both are accepted, then only the new one', async (t) => {
    const way = { port: await forwarded(t), ca, client };
    const status = async (token: string) => (await visit({ ...way, token })).status;
    t.same([await status('e2e-token-one'), await status('e2e-token-two')], [200, 401]);
    await secret('hooks-token', { token: 'e2e-token-one', accepted: 'e2e-token-one\ne2e-token-two' });
    await touch();
    await allSay(/was read again: it holds 2 token/);
    t.same([await status('e2e-token-one'), await status('e2e-token-two')], [200, 200]);
    // Another key of the Secret changes the CompositeController, and so Metacontroller reads the token again.
    await secret('hooks-token', { next: 'e2e-token-two' });
    upgrade(t, { bearerToken: { key: 'next' } });
    await secret('hooks-token', { accepted: 'e2e-token-two' });
    await touch();
    await allSay(/was read again: it holds 1 token/);
    const after = { ...way, port: await forwarded(t) };
    t.equal((await visit({ ...after, token: 'e2e-token-two' })).status, 200);
    t.equal((await visit({ ...after, token: 'e2e-token-one' })).status, 401);
    const logs = await kubectl('logs', '-n', SYSTEM, '-l', WEBHOOK, '--tail=-1');
    t.match(logs, /a request was refused with 401 Unauthorized/, 'which is logged');
    t.notMatch(logs, /e2e-token/, 'without the token');
    const scene = await Scene.set(t, 'e2e-rotation', { items: 40, delay: 0 });
    await scene.start();
    await scene.untilState('PartitionDeleted');
  });

  await t.test('it listens on the loopback of IPv6 and of IPv4', async (t) => {
    const [pod] = await pods();
    const name = pod?.metadata.name ?? '';
    // Within the pod's network. Exit code 9: this kernel has no IPv6.
    const script = `
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // its certificate is not for these addresses
      if (!require('fs').existsSync('/proc/net/if_inet6')) process.exit(9);
      const port = 8080;
      Promise.all(['[::1]', '127.0.0.1'].map((host) => fetch('https://' + host + ':' + port + '/healthz')))
        .then((all) => process.exit(all.every(({ status }) => status === 200) ? 0 : 2), (error) => {
          console.error(error.cause?.message ?? error.message);
          process.exit(1);
        });`;
    await kubectl(
      ...['debug', `pod/${name}`, '-n', SYSTEM, '--container=ask', '--profile=restricted'],
      ...[`--image=${pod?.spec.containers[0]?.image}`, '--image-pull-policy=IfNotPresent'],
      ...['--', '/nodejs/bin/node', '-e', script],
    );
    const ended = await eventually('the answers', async () => {
      const same = (await pods()).find(({ metadata }) => metadata.name === name);
      return same?.status.ephemeralContainerStatuses?.find((each) => each.name === 'ask')?.state.terminated;
    });
    if (ended.exitCode === 9) t.pass('two families', { skip: 'the kernel of this cluster has no IPv6' });
    else t.equal(ended.exitCode, 0, await kubectl('logs', '-n', SYSTEM, name, '-c', 'ask'));
  });
});
