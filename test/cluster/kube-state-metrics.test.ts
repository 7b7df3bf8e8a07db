import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';

const CONFIG = new URL('../../manifests/prometheus/kube-state-metrics.yaml', import.meta.url);
const PROGRAM = 'kube-state-metrics';
const missing = spawnSync(PROGRAM, ['version']).error ? `no ${PROGRAM} on the PATH` : false;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

t.test(
  'kube-state-metrics tells of a DdbctlDpJob what the file says',
  { skip: WITHOUT_CLUSTER || missing },
  async (t) => {
    const cluster = await openCluster();
    t.teardown(() => cluster.close());
    const crd = await installScopedCrd(cluster);
    t.teardown(() => crd.remove());

    const folder = mkdtempSync(join(tmpdir(), 'state-metrics-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const config = join(folder, 'config.yaml');
    writeFileSync(config, crd.scoped(readFileSync(CONFIG, 'utf8')));
    const [port, telemetry] = [await freePort(), await freePort()];
    const program = spawn(
      PROGRAM,
      [
        `--kubeconfig=${process.env.KUBECONFIG}`,
        `--custom-resource-state-config-file=${config}`,
        '--custom-resource-state-only',
        '--host=127.0.0.1',
        `--port=${port}`,
        '--telemetry-host=127.0.0.1',
        `--telemetry-port=${telemetry}`,
      ],
      { stdio: 'ignore' },
    );
    t.teardown(async () => {
      program.kill();
      if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
    });

    const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'TESTTENANTID', awsRegion: 'eu-west-1' } };
    const made = await cluster.request('POST', crd.path(), { body: crd.resource('run', spec) });
    t.equal(made.code, 201, 'the resource is made', { made });
    const time = '2026-11-01T10:00:00Z';
    const condition = { reason: 'PartitionDeleted', message: 'done', lastTransitionTime: time };
    const status = {
      mode: 'Execute',
      startTime: time,
      completionTime: '2026-11-01T10:01:00Z',
      restarts: 2,
      verifiedEmpty: true,
      progress: {
        itemsFound: 2500,
        itemsDeleted: 2400,
        writeUnits: 3000,
        readUnits: 40,
        capacityLeftPercent: 52,
        updateTime: time,
      },
      dryRun: { itemsFound: 2600, completionTime: time },
      conditions: [
        { type: 'Finished', status: 'True', ...condition },
        { type: 'Suspended', status: 'Unknown', ...condition, reason: 'Running' },
      ],
    };
    const patched = await crd.request('PATCH', 'run/status', '', {
      contentType: 'application/merge-patch+json',
      body: { status },
    });
    t.equal(patched.code, 200, 'it has a status', { patched });

    const read = async (): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      return answer?.ok ? answer.text() : '';
    };
    await eventually('the metrics are there', async () => (await read()).includes('kube_ddbctldpjob_dry_run_items{'));
    const text = await read();
    const series = (name: string, ...labels: string[]): number | undefined =>
      valueWith(text, `kube_ddbctldpjob_${name}`, ['ddbctldpjob="run"', `namespace="${crd.namespace}"`, ...labels]);
    for (const [name, value] of Object.entries({
      items_found: 2500,
      items_deleted: 2400,
      write_units: 3000,
      read_units: 40,
      capacity_left_percent: 52,
      restarts: 2,
      verified_empty: 1,
      dry_run_items: 2600,
      start_time: Date.parse(time) / 1000,
      completion_time: Date.parse(status.completionTime) / 1000,
      progress_time: Date.parse(time) / 1000,
    }))
      t.equal(series(name), value, name);
    t.ok((series('created') ?? 0) > 1.7e9, 'created');
    t.equal(series('info', 'table="Orders"', 'region="eu-west-1"'), 1, 'info');
    t.equal(series('mode', 'mode="Execute"'), 1, 'the mode');
    t.equal(series('mode', 'mode="DryRun"'), 0, 'and not the other');
    t.equal(series('status_condition', 'type="Finished"', 'reason="PartitionDeleted"'), 1, 'a condition');
    t.equal(series('status_condition', 'type="Suspended"', 'status="Unknown"'), 1, 'one that is Unknown');
    t.notMatch(text, 'TESTTENANTID', 'the key is in none of it');
  },
);

/** The value of the series of that name that has all these labels. */
function valueWith(text: string, name: string, labels: readonly string[]): number | undefined {
  const found = text
    .split('\n')
    .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
  return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(' ') + 1));
}
