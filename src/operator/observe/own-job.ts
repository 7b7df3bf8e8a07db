import type { ObservedJob } from '../../api/hooks.js';
import { CONTAINER, DEFAULT_REGION } from '../../api/names.js';
import type { Spec } from '../../api/spec.js';
import type { Mode } from '../../api/states.js';
import { ENV } from '../../api/worker.js';
import { literal } from '../literal.js';
import { jobName, runOf } from '../run-name.js';
import { runLabel } from './job-status.js';
import type { Resource } from './resource.js';

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name?: string; key?: string } };
}

interface Container {
  name?: string;
  command?: unknown;
  args?: unknown;
  env?: EnvVar[];
  envFrom?: unknown[];
}

/**
 * Whether a Job is of this run: our label and name, and a container that runs our worker on this target. Whoever may create Jobs can
 * copy the labels, and the end of this run's Job is the end of the run. The image is not compared: it changes with an upgrade.
 */
export function isOwnJob(job: ObservedJob, { parent, spec }: Pick<Resource, 'parent' | 'spec'>, mode: Mode): boolean {
  const run = runOf(parent.uid, mode);
  if (runLabel(job) !== run || job.metadata.name !== jobName(parent.name, run)) return false;
  const container = workerContainer(job);
  if (!container || container.command !== undefined || (container.envFrom?.length ?? 0) > 0) return false;
  if (JSON.stringify(container.args) !== '["delete-partition"]') return false;
  const env = container.env ?? [];
  return Object.entries(identity(parent.uid, spec, mode)).every(([name, expected]) => {
    const found = env.filter((variable) => variable.name === name).map(textOf);
    return expected === undefined ? found.length === 0 : found.length > 0 && found.every((text) => text === expected);
  });
}

function workerContainer(job: ObservedJob): Container | undefined {
  const template = job.spec.template as { spec?: { containers?: Container[] } } | undefined;
  return template?.spec?.containers?.find(({ name }) => name === CONTAINER);
}

/** What tells a run's worker for whom it works, and on what; of a spec that is invalid, only for whom. Undefined: must be absent. */
function identity(uid: string, spec: Spec | undefined, mode: Mode): Record<string, string | undefined> {
  const whose = { [ENV.parentUID]: literal(uid), [ENV.mode]: mode };
  if (!spec) return whose;
  const { tableName, partitionValue, partitionValueFrom, awsRegion, endpointURL, sortKey } = spec.ddbCtlDpJob;
  const from = partitionValueFrom?.secretKeyRef;
  const text = (value: string | undefined): string | undefined => (value === undefined ? undefined : literal(value));
  return {
    ...whose,
    [ENV.tableName]: text(tableName),
    [ENV.partitionValue]: from ? textOf({ name: '', valueFrom: { secretKeyRef: from } }) : text(partitionValue),
    [ENV.region]: text(awsRegion ?? DEFAULT_REGION),
    [ENV.endpointURL]: text(endpointURL),
    [ENV.sortKeyBeginsWith]: text(sortKey?.beginsWith),
    [ENV.sortKeyFrom]: text(sortKey?.from),
    [ENV.sortKeyTo]: text(sortKey?.to),
  };
}

function textOf({ value, valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return value ?? '';
  // NUL is in no value of an environment variable.
  return `\0${valueFrom.secretKeyRef?.name}/${valueFrom.secretKeyRef?.key}`;
}
