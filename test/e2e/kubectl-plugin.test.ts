import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { eventually } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { NAMESPACE, PARTITION, Scene } from './support/scene.js';

/** `kubectl ddp` as kubectl runs it, beside a real run: from the count over the approval to the log of the deletion. */

const PLUGIN = fileURLToPath(new URL('../../src/cli/kubectl-ddp.ts', import.meta.url));
const skip = (await whatIsMissing()) ?? false;

t.test('kubectl ddp', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-ddp-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const words = [process.execPath, '--no-warnings', '--import', import.meta.resolve('tsx'), PLUGIN];
  const program = `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`;
  writeFileSync(join(folder, 'kubectl-ddp'), program, { mode: 0o755 });
  const PATH = `${folder}:${process.env.PATH ?? ''}`;
  const ddp = (...args: string[]) =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn('kubectl', ['ddp', ...args, '-n', NAMESPACE], {
        env: { ...process.env, PATH },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('close', (code) => resolve({ code, said }));
    });

  await install();
  const scene = await Scene.set(t, 'e2e-plugin', { items: 500, delay: 100 });
  await scene.start({ mode: 'DryRun' });
  await scene.untilState('DryRunComplete');
  const status = await ddp('status', scene.name);
  t.comment(status.said);
  t.match(status, {
    code: 0,
    said: /^DryRunComplete: [^]*counted +500 items; \d+ to \d+ write units[^]*kubectl ddp approve/,
  });
  t.match(await ddp('approve', scene.name), { code: 2, said: /Delete 500 items .* from table e2e-plugin[^]*--yes/ });
  await scene.expectItems(t, 500);

  t.match(await ddp('suspend', scene.name), { code: 0 });
  t.match(await ddp('resume', scene.name), { code: 0 });
  await scene.untilState('DryRunComplete');
  // The operator may be answering the last edit just now; a person would try again, too.
  for (let tries = 0; tries < 20 && (await scene.live())?.spec.mode !== 'Execute'; tries++)
    t.comment((await ddp('approve', scene.name, '--yes')).said);
  t.equal((await scene.live())?.spec.mode, 'Execute');
  await eventually('the status to name the Job of the deletion', async () => (await scene.status()).mode === 'Execute');
  await scene.firstPod();
  const log = await ddp('logs', scene.name);
  t.match(log, { code: 0, said: /"outcome":"PartitionDeleted"/ }, 'to its end');
  await scene.untilState('PartitionDeleted');
  await scene.expectDone(t);

  const after = await ddp('status', scene.name);
  t.comment(after.said);
  t.match(after.said, /^PartitionDeleted: [^]*deleted +500 items[^]*proof +a consistent read[^]*\n {2}next /);
  t.match(await ddp('approve', scene.name, '--yes'), { code: 4, said: /its mode is Execute/ });
  t.match(await ddp('cancel', scene.name), { code: 0 });
  t.equal(await scene.state(), 'PartitionDeleted', 'a finished run stays what it is');
  for (const { said } of [status, log, after]) t.notMatch(said, PARTITION, 'no key');
});
