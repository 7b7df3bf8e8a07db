import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { startNode } from '../support/worker-process.js';
import { seen } from '../support/seen.js';

/** The plugin as a process, with a kubectl on its PATH that records how it was run and answers from files. */

const PLUGIN = fileURLToPath(new URL('../../src/cli/kubectl-ddp.ts', import.meta.url));
const COMPLETE = fileURLToPath(new URL('../../src/cli/kubectl-complete-ddp.ts', import.meta.url));
const FROM_SOURCE = ['--no-warnings', '--import', import.meta.resolve('tsx')];

/** `$0` without a shell's help: the arguments are written one to a line, and each call ends with an empty line. */
const FAKE = `#!/bin/sh
here=$(dirname "$0")
printf '%s\\n' "$@" '' >> "$here/calls"
cat "$here/$1.err" >&2 2>/dev/null
cat "$here/$1.out" 2>/dev/null
exit "$(cat "$here/$1.code" 2>/dev/null || echo 0)"
`;

function fakeKubectl(t: Test, answers: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-ddp-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kubectl'), FAKE, { mode: 0o755 });
  for (const [name, text] of Object.entries(answers)) writeFileSync(join(bin, name), text);
  const run = (program: string, ...args: string[]) =>
    startNode([...FROM_SOURCE, program, ...args], { PATH: `${bin}:${process.env.PATH ?? ''}` }).ended;
  const calls = () => {
    try {
      const text = readFileSync(join(bin, 'calls'), 'utf8');
      return text.split('\n\n').flatMap((call) => (call === '' ? [] : [call.split('\n')]));
    } catch {
      return [];
    }
  };
  return { run, calls };
}

const KIND = 'ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io';
const counted = JSON.stringify(seen());

t.test('status, with every flag that says where', async (t) => {
  const { run, calls } = fakeKubectl(t, { 'get.out': counted });
  const flags = ['-n', 'shop', '--context', 'prod', '--kubeconfig', 'a b', '--as', 'eve', '--request-timeout', '5s'];
  const ended = await run(PLUGIN, 'status', 'erase-tenant', ...flags);
  t.match(ended, { code: 0, stderr: '', stdout: /^DryRunComplete: the message\n/ });
  t.notMatch(ended.stdout, /SECRETTENANT/, 'no key');
  t.strictSame(calls(), [
    [
      'get',
      KIND,
      'erase-tenant',
      '--output=json',
      '--namespace=shop',
      '--context=prod',
      '--kubeconfig=a b',
      '--as=eve',
      '--request-timeout=5s',
    ],
  ]);
});

t.test('they may stand before the subcommand, as with kubectl', async (t) => {
  const { run, calls } = fakeKubectl(t, {});
  t.match(await run(PLUGIN, '-n', 'shop', 'suspend', 'a', '--context', 'prod'), { code: 0, stderr: '' });
  t.strictSame(calls()[0]?.slice(-2), ['--namespace=shop', '--context=prod']);
});

t.test('approve needs a terminal or --yes, and sends the version that it has shown', async (t) => {
  const { run, calls } = fakeKubectl(t, { 'get.out': counted });
  const without = await run(PLUGIN, 'approve', 'erase-tenant');
  t.match(without, { code: 2, stdout: '', stderr: /Delete 2,500 items[^]*pass --yes to approve/ });
  t.equal(calls().length, 1, 'it has only looked');
  t.match(await run(PLUGIN, 'approve', 'erase-tenant', '--yes'), { code: 0, stdout: /^Approved/, stderr: '' });
  const patch = '--patch={"metadata":{"uid":"7f3a","resourceVersion":"4711"},"spec":{"mode":"Execute"}}';
  t.strictSame(calls().at(-1), ['patch', KIND, 'erase-tenant', '--type=merge', patch, '--output=name']);
});

t.test('what kubectl says when it fails, and its exit code', async (t) => {
  const { run } = fakeKubectl(t, { 'patch.err': 'Error from server (Forbidden): no\n', 'patch.code': '9' });
  t.match(await run(PLUGIN, 'cancel', 'erase-tenant'), {
    code: 9,
    stdout: '',
    stderr: 'Error from server (Forbidden): no\n',
  });
});

t.test('logs are kubectl’s own output', async (t) => {
  const resource = JSON.stringify(seen({ status: { job: { name: 'erase-tenant-1a2b' } } }));
  const { run, calls } = fakeKubectl(t, { 'get.out': resource, 'logs.out': 'line 1\nline 2\n', 'logs.code': '3' });
  t.match(await run(PLUGIN, 'logs', 'erase-tenant', '-n', 'shop'), { code: 3, stdout: 'line 1\nline 2\n' });
  t.strictSame(calls().at(-1), ['logs', 'job/erase-tenant-1a2b', '--container=worker', '--follow', '--namespace=shop']);
});

t.test('wrong usage runs no kubectl', async (t) => {
  const { run, calls } = fakeKubectl(t, {});
  for (const [args, says] of [
    [['status'], /missing required argument 'name'/],
    [['status', '--all'], /unknown option '--all'/],
    [['status', '--', '--all'], /lower-case letters/],
    [['status', 'a', 'b'], /too many arguments/],
    [['suspend', 'A_b'], /lower-case letters/],
    [['delete', 'a'], /unknown command 'delete'/],
    [['suspend', 'a', '--yes'], /unknown option '--yes'/],
  ] as const)
    t.match(await run(PLUGIN, ...args), { code: 2, stdout: '', stderr: says }, args.join(' '));
  t.strictSame(calls(), []);
});

t.test('without a kubectl it says so', async (t) => {
  const ended = await startNode([...FROM_SOURCE, PLUGIN, 'status', 'a'], { PATH: '/nowhere' }).ended;
  t.match(ended, {
    code: 127,
    stdout: '',
    stderr: 'kubectl is not on the PATH: kubectl-ddp runs it to reach the cluster\n',
  });
});

t.test('completion asks the same cluster', async (t) => {
  const { run, calls } = fakeKubectl(t, { 'get.out': `${KIND}/erase-a\n${KIND}/other\n` });
  t.match(await run(COMPLETE, 'status', '-n', 'shop', 'er'), { code: 0, stdout: 'erase-a\n:4\n', stderr: '' });
  t.strictSame(calls(), [['get', KIND, '--output=name', '-n', 'shop']]);
});

const WITHOUT_KUBECTL = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not on the PATH';

t.test('the real kubectl finds both programs, and hands on the words', { skip: WITHOUT_KUBECTL }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-ddp-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, file] of [
    ['kubectl-ddp', PLUGIN],
    ['kubectl_complete-ddp', COMPLETE],
  ] as const) {
    const command = [process.execPath, ...FROM_SOURCE, file].map((word) => `'${word}'`).join(' ');
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  }
  const { TAP: _, NODE_OPTIONS: __, ...env } = process.env;
  const kubectl = (...args: string[]) =>
    spawnSync('kubectl', args, {
      encoding: 'utf8',
      env: { ...env, PATH: `${folder}:${env.PATH ?? ''}`, KUBECONFIG: '/dev/null' },
    });
  t.match(kubectl('plugin', 'list').stdout, join(folder, 'kubectl-ddp'));
  const help = kubectl('ddp', '--help');
  t.match(help, { status: 0, stdout: /^Usage: kubectl ddp \[options\] \[command\]/ });
  for (const name of ['status', 'approve', 'suspend', 'resume', 'cancel', 'logs', 'receipt'])
    t.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
  t.match(kubectl('ddp', 'status', '--', '--all'), { status: 2, stderr: /lower-case letters/ });
  t.match(kubectl('__complete', 'ddp', 'app'), { status: 0, stdout: /^approve\n:4\n/ });
});
