import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../manifests/kustomization.js';

export const CHART = fileURLToPath(new URL('../../manifests/helm/dynamoctl-dp-operator', import.meta.url));
export const JOB_CHART = fileURLToPath(new URL('../../manifests/helm/dynamoctl-dp-job', import.meta.url));

/** The Helm versions on the PATH: `helm` and, under these names, another major version. */
export const HELMS = ['helm', 'helm3', 'helm4'].flatMap((command) => {
  const { status, stdout } = spawnSync(command, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
  return status === 0 ? [{ command, version: stdout.trim() }] : [];
});
/** The first Helm of each version. */
export const ONE_OF_EACH = HELMS.filter(
  ({ version }, i) => HELMS.findIndex((other) => other.version === version) === i,
);
export const WITHOUT_HELM: string | false = HELMS.length === 0 && 'helm is not on the PATH';

export interface Ran {
  ok: boolean;
  stdout: string;
  stderr: string;
}

export function helm(command: string, args: readonly string[], input?: string): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', input, maxBuffer: 64 * 1024 * 1024 });
  return { ok: status === 0, stdout, stderr };
}

/** What a chart renders with these values, hooks included. */
export function template(command: string, chart: string, values: object = {}, args: readonly string[] = []): Ran {
  return helm(
    command,
    [
      ...['template', 'dynamoctl-dp-operator', chart, '--namespace', 'dynamoctl-dp-operator-system'],
      // A Helm built from its Go module does not know a Kubernetes version.
      ...['--kube-version', '1.31.0', '--values', '-', ...args],
    ],
    JSON.stringify(values),
  );
}

export function manifestsOf({ ok, stdout, stderr }: Ran): Manifest[] {
  if (!ok) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

export const isHook = ({ metadata }: Manifest): boolean =>
  'helm.sh/hook' in ((metadata.annotations as Record<string, string> | undefined) ?? {});
