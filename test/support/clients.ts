import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Cluster } from './cluster.js';
import { helm, JOB_CHART, ONE_OF_EACH } from './helm.js';
import { tryKubectl } from './kubectl.js';
import type { ScopedCrd } from './scoped-crd.js';

/** How people bring a DdbctlDpJob into a cluster. */
export interface Client {
  name: string;
  /** @returns whether it was taken, and what the client said */
  create(
    crd: Pick<ScopedCrd, 'namespace' | 'scoped' | 'path' | 'resource'>,
    name: string,
    spec: object,
  ): Promise<{ ok: boolean; said: string }>;
}

const kubectlClient = (...args: string[]): Client => ({
  name: `kubectl ${args.join(' ')}`,
  async create(crd, name, spec) {
    const { ok, err } = await tryKubectl([...args, '-f', '-'], JSON.stringify(crd.resource(name, spec)));
    return { ok, said: err };
  },
});

/** The chart for one DdbctlDpJob, of the scoped group. Its own schema of values is what a chart of somebody else lacks. */
const helmClient = (command: string, version: string): Client => ({
  name: `helm ${version}, without a schema of values`,
  async create(crd, name, { ddbCtlDpJob, ...rest }: { ddbCtlDpJob?: unknown }) {
    const chart = mkdtempSync(join(tmpdir(), 'chart-'));
    cpSync(JOB_CHART, chart, { recursive: true });
    rmSync(join(chart, 'values.schema.json'));
    for (const file of readdirSync(chart, { recursive: true, encoding: 'utf8' }).map((each) => join(chart, each)))
      if (statSync(file).isFile()) writeFileSync(file, crd.scoped(readFileSync(file, 'utf8')));
    const values = stringify({ dynamoctlDpJob: ddbCtlDpJob, ...rest });
    const { ok, stderr } = helm(command, ['install', name, chart, '-n', crd.namespace, '--values', '-'], values);
    rmSync(chart, { recursive: true });
    return { ok, said: stderr };
  },
});

const plainClient = (cluster: Cluster): Client => ({
  name: 'a client that posts JSON',
  async create(crd, name, spec) {
    const { code, body } = await cluster.request('POST', crd.path(), { body: crd.resource(name, spec) });
    return { ok: code === 201, said: body.message ?? '' };
  },
});

export const clientsOf = (cluster: Cluster): readonly Client[] => [
  kubectlClient('apply'),
  kubectlClient('apply', '--validate=false'),
  kubectlClient('apply', '--server-side'),
  kubectlClient('apply', '--server-side', '--validate=false'),
  kubectlClient('create', '--validate=false'),
  ...ONE_OF_EACH.map(({ command, version }) => helmClient(command, version)),
  plainClient(cluster),
];
