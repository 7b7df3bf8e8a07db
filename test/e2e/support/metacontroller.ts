import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kubectl } from '../../support/kubectl.js';
import { environment } from './scene.js';

/** Metacontroller, killed without a warning and started again, on any cluster. */

interface MetacontrollerPod {
  metadata: { name: string; namespace: string };
  spec: { containers: { image: string }[] };
}

/** Its pods in the cluster; their labels depend on how it was installed. */
async function podsOfMetacontroller(): Promise<MetacontrollerPod[]> {
  const { items } = JSON.parse(await kubectl('get', 'pods', '--all-namespaces', '-o', 'json')) as {
    items: MetacontrollerPod[];
  };
  return items.filter(({ spec }) => spec.containers.some(({ image }) => /\/metacontroller\b/.test(image)));
}

/** How to do it here, or in words why it is not possible. A started Metacontroller may need a moment to serve. */
export async function metacontrollerKiller(): Promise<(() => Promise<void>) | string> {
  const { metacontrollerRestart: command } = environment;
  if (command !== undefined)
    return async () => {
      await promisify(execFile)('sh', ['-c', command]);
    };
  if ((await podsOfMetacontroller()).length === 0)
    return 'Metacontroller runs outside of the cluster, and E2E_METACONTROLLER_RESTART names no command to restart it';
  return async () => {
    for (const { metadata } of await podsOfMetacontroller())
      await kubectl('delete', 'pod', metadata.name, '-n', metadata.namespace, '--grace-period=0', '--force');
  };
}
