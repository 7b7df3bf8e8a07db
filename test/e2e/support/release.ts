import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { CHART, helm, HELMS, type Ran, WITHOUT_HELM } from '../../support/helm.js';
import { apply, get, kubectl, tryKubectl } from '../../support/kubectl.js';
import { hostsChanged, whatIsMissing } from './install.js';
import { environment, NAMESPACE } from './scene.js';

/** The operator's chart as a release of the cluster. */

export const RELEASE = 'dynamoctl-dp-operator';
export const SYSTEM = 'dynamoctl-dp-operator-system';
export const CRD = 'ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io';
/** HELM chooses among the Helms on the PATH. */
export const HELM = process.env.HELM ?? HELMS[0]?.command ?? 'helm';
export const MINUTES = ['--timeout', '3m'];
export const HERE = ['--namespace', SYSTEM];

/** What keeps the tests from running, in words; false where nothing does. */
export const missing: string | false =
  WITHOUT_HELM || ((await whatIsMissing()) ?? ((await othersResources()) && 'there are DdbctlDpJobs of others'));

async function othersResources(): Promise<boolean> {
  const { ok, out } = await tryKubectl(['get', 'ddbctldpjobs', '--all-namespaces', '--no-headers']);
  return ok && out.trim() !== '';
}

const inputOf = (args: readonly string[], values: object): string | undefined =>
  args.includes('-') ? JSON.stringify(values) : undefined;

export const run = (args: readonly string[], values: object = {}): Ran => helm(HELM, args, inputOf(args, values));

/** The same without waiting for it: this process goes on serving the workers meanwhile. */
export async function runAside(command: string, args: readonly string[], values: object = {}): Promise<Ran> {
  const child = spawn(command, args);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.end(inputOf(args, values));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { ok: (await ended) === 0, stdout, stderr };
}

export function must(t: Test, args: readonly string[], values: object = {}): string {
  const { ok, stdout, stderr } = run(args, values);
  t.ok(ok, `helm ${args.slice(0, 2).join(' ')}: ${stderr.slice(-2000)}`);
  return stdout;
}

function imageValues(): object {
  const { image } = environment;
  if (image === undefined) return {};
  const at = image.lastIndexOf(':');
  return { image: { repository: image.slice(0, at), tag: image.slice(at + 1), pullPolicy: 'IfNotPresent' } };
}

/**
 * An installation by kubectl, which may be there, is taken over. Helm 4 applies on the server's side, where kubectl would go on
 * owning what it applied; therefore not then.
 */
async function takeOver(): Promise<string[]> {
  const deployment = await get<{ metadata: { labels: Record<string, string> } }>('deployment', RELEASE, SYSTEM);
  if (!deployment) return [];
  const onServer = helm(HELM, ['version']).stdout.includes('"v4.');
  return ['--take-ownership', ...(onServer ? ['--server-side=false'] : [])];
}

/** In a namespace that enforces the restricted Pod Security Standard. @returns the notes */
export async function install(t: Test, values: object = {}): Promise<string> {
  await systemNamespace();
  const output = must(
    t,
    [
      ...['install', RELEASE, CHART, ...HERE, '--create-namespace', ...(await takeOver()), '--values', '-', '--wait'],
      ...MINUTES,
    ],
    { ...imageValues(), workers: { namespaces: [NAMESPACE] }, ...values },
  );
  hostsChanged();
  return output;
}

async function systemNamespace(): Promise<void> {
  await tryKubectl(['create', 'namespace', SYSTEM]);
  await kubectl('label', 'namespace', SYSTEM, 'pod-security.kubernetes.io/enforce=restricted', '--overwrite');
}

export const upgrade = (t: Test, values: object): string =>
  must(t, ['upgrade', RELEASE, CHART, ...HERE, '--reuse-values', '--values', '-', '--wait', ...MINUTES], values);

/** `helm test`, once the host's Metacontroller and the endpoints know of a change. */
export const tested = (): Ran => run(['test', RELEASE, ...HERE, '--logs', '--timeout', '90s']);

/** Creates or changes a Secret beside the operator. */
export const secret = (name: string, stringData: object): Promise<string> =>
  apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: SYSTEM }, stringData });
