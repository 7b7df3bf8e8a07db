import { CONTAINER } from '../../../src/api/names.js';
import { MODES, type Mode } from '../../../src/api/states.js';
import type { TargetIdentity } from '../../../src/api/status.js';
import { ENV } from '../../../src/api/worker.js';
import type { ApiObject } from './objects.js';
import type { WorkerTarget } from './worker.js';

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { fieldRef?: { fieldPath: string }; secretKeyRef?: { name: string; key: string } };
}

/** The name of a model partition: the part of a target that determines which items are deleted. */
export function partitionOf(target: {
  tableName?: unknown;
  partitionValue?: unknown;
  awsRegion?: unknown;
  endpointURL?: unknown;
  sortKey?: unknown;
}): string {
  const { tableName, partitionValue, awsRegion = 'us-east-1', endpointURL = '' } = target;
  return [tableName, partitionValue, awsRegion, endpointURL].join('|');
}

/** The arguments and the environment of our container in a pod, as the kubelet makes them; undefined where it runs none of ours. */
export function workerContainer(
  pod: ApiObject,
  secrets: Secrets = new Map(),
): { args: string[]; env: Map<string, string> } | undefined {
  const containers = (pod.spec?.containers ?? []) as { name: string; env?: EnvVar[]; args?: string[] }[];
  const container = containers.find(({ name }) => name === CONTAINER);
  if (container?.args?.[0] !== 'delete-partition') return undefined;
  const env = new Map<string, string>();
  for (const variable of container.env ?? [])
    env.set(variable.name, secretOf(variable, secrets) ?? valueOf(variable, pod, env));
  return { args: container.args, env };
}

/** The values of Secrets, by `name/key`. */
export type Secrets = ReadonlyMap<string, string>;

function secretOf({ valueFrom }: EnvVar, secrets: Secrets): string | undefined {
  const { name, key } = valueFrom?.secretKeyRef ?? {};
  return secrets.get(`${name}/${key}`);
}

/** A variable's value: of one of the pod's labels, or its text after Kubernetes' expansion. */
function valueOf({ value, valueFrom }: EnvVar, pod: ApiObject, before: ReadonlyMap<string, string>): string {
  const label = /^metadata\.labels\['(.*)'\]$/.exec(valueFrom?.fieldRef?.fieldPath ?? '')?.[1];
  return label === undefined ? expand(value ?? '', before) : (pod.metadata.labels?.[label] ?? '');
}

/** The worker's input in a pod's environment; undefined if the container is not one of ours. */
export function workerTarget(pod: ApiObject, secrets?: Secrets): WorkerTarget | undefined {
  const env = workerContainer(pod, secrets)?.env;
  const mode = env?.get(ENV.mode);
  const parentUID = env?.get(ENV.parentUID);
  if (!env || !isMode(mode) || parentUID === undefined) return undefined;
  return {
    mode,
    parentUID,
    parentName: env.get(ENV.parentName) ?? '',
    parentNamespace: env.get(ENV.parentNamespace) ?? '',
    jobUID: env.get(ENV.jobUID) ?? '',
    reportSeconds: Number(env.get(ENV.reportSeconds) ?? 30),
    expected: expectedTarget(env),
    partition: partitionOf({
      tableName: env.get(ENV.tableName),
      partitionValue: env.get(ENV.partitionValue),
      awsRegion: env.get(ENV.region),
      endpointURL: env.get(ENV.endpointURL),
    }),
  };
}

function expectedTarget(env: ReadonlyMap<string, string>): TargetIdentity | undefined {
  const [tableId, digest] = [env.get(ENV.expectedTableId), env.get(ENV.expectedDigest)];
  return tableId !== undefined && digest !== undefined ? { tableId, digest } : undefined;
}

const isMode = (text: string | undefined): text is Mode => MODES.some((mode) => mode === text);

/** Kubernetes' expansion: `$(NAME)` of a variable before it, and `$$` for `$`. */
const expand = (value: string, env: ReadonlyMap<string, string>): string =>
  value.replace(/\$\$|\$\(([A-Za-z0-9_]+)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (env.get(name) ?? match),
  );
