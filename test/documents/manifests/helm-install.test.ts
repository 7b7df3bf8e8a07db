import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { CHART, ONE_OF_EACH, WITHOUT_HELM } from '../../support/helm.js';

/** As much of an API server as Helm asks for before it renders, in a cluster with or without Metacontroller. */
const answers = (withMetacontroller: boolean): Readonly<Record<string, unknown>> => {
  const group = (name: string, version: string) => {
    const groupVersion = { groupVersion: `${name}/${version}`, version };
    return { name, versions: [groupVersion], preferredVersion: groupVersion };
  };
  const resources = (groupVersion: string, ...kinds: [string, string, boolean][]) => ({
    kind: 'APIResourceList',
    groupVersion,
    resources: kinds.map(([name, kind, namespaced]) => ({ name, singularName: '', namespaced, kind, verbs: ['get'] })),
  });
  return {
    '/version': { major: '1', minor: '36', gitVersion: 'v1.36.0' },
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': {
      kind: 'APIGroupList',
      groups: withMetacontroller ? [group('metacontroller.k8s.io', 'v1alpha1')] : [],
    },
    '/api/v1': resources('v1', ['namespaces', 'Namespace', false]),
    '/apis/metacontroller.k8s.io/v1alpha1': resources('metacontroller.k8s.io/v1alpha1', [
      'compositecontrollers',
      'CompositeController',
      false,
    ]),
    '/api/v1/namespaces/kube-system': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
  };
};

/** What Helm says when it would install the chart in such a cluster. */
async function install(t: Test, command: string, withMetacontroller: boolean, ...args: string[]): Promise<string> {
  const known = answers(withMetacontroller);
  const server = createServer(({ url = '' }, response) => {
    const answer = known[url.replace(/\?.*/, '')];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'x', users: [{ name: 'x', user: {} }] },
    clusters: [{ name: 'x', cluster: { server: url } }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  };
  const KUBECONFIG = join(t.testdir({ config: JSON.stringify(config) }), 'config');
  const child = spawn(command, ['install', 'x', CHART, '--namespace', 'n', '--dry-run=server', ...args], {
    env: { ...process.env, KUBECONFIG },
  });
  let said = '';
  child.stdout.on('data', (part) => (said += String(part)));
  child.stderr.on('data', (part) => (said += String(part)));
  await new Promise((resolve) => child.on('close', resolve));
  return said;
}

t.test('the installation', { skip: WITHOUT_HELM }, async (t) => {
  for (const { command, version } of ONE_OF_EACH)
    t.test(`with ${command} ${version}`, async (t) => {
      const words = /Metacontroller is not installed in this cluster[\s\S]*kubectl apply -k /;
      t.match(await install(t, command, false), words, 'says what is missing');
      t.notMatch(await install(t, command, true), words, 'and not where it is there');
      t.notMatch(await install(t, command, false, '--set', 'compositeController.enabled=false'), words, 'nor unasked');
    });
});
