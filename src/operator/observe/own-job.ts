import type { ObservedJob } from '../../api/hooks.js';
import { CONTAINER, DEFAULT_REGION } from '../../api/names.js';
import type { Mode } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import { ENV } from '../../api/worker.js';
import { literal } from '../literal.js';
import { jobName, runOf } from '../run-name.js';
import { runLabel } from './job-status.js';
import { fieldsOf, type Resource } from './resource.js';

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name?: string; key?: string } };
}

/** Variables of a worker, with their values. */
type Identity = Record<string, string | undefined>;
type OfResource = Pick<Resource, 'parent' | 'spec' | 'rawTarget' | 'stored'>;

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
 * While this version refuses the spec, a Job that was seen before is known by its uid, whatever the target says now; any other must
 * run on what stands there, if that can be compared.
 */
export function isOwnJob(job: ObservedJob, { parent, spec, rawTarget, stored }: OfResource, mode: Mode): boolean {
  const run = runOf(parent.uid, mode);
  if (runLabel(job) !== run || job.metadata.name !== jobName(parent.name, run)) return false;
  const container = workerContainer(job);
  if (!container || container.command !== undefined || (container.envFrom?.length ?? 0) > 0) return false;
  if (JSON.stringify(container.args) !== '["delete-partition"]') return false;
  const env = container.env ?? [];
  const where = !spec && wasSeen(job, stored) ? {} : readTarget(rawTarget);
  if (!where) return false;
  const identity: Identity = { [ENV.parentUID]: literal(parent.uid), [ENV.mode]: mode, ...where };
  return hasExactly(env, identity);
}

/** Whether these variables, each as often as it is there, have these values. Others may be there too. */
function hasExactly(env: readonly EnvVar[], identity: Identity): boolean {
  const missing = new Set(Object.keys(identity).filter((name) => identity[name] !== undefined));
  for (const variable of env) {
    if (!Object.hasOwn(identity, variable.name)) continue;
    const expected = identity[variable.name];
    if (expected === undefined || textOf(variable) !== expected) return false;
    missing.delete(variable.name);
  }
  return missing.size === 0;
}

function workerContainer(job: ObservedJob): Container | undefined {
  const template = job.spec.template as { spec?: { containers?: Container[] } } | undefined;
  return template?.spec?.containers?.find(({ name }) => name === CONTAINER);
}

/** What tells a worker on what it works; undefined entries must be absent. Undefined as a whole: it cannot be compared. */
function readTarget(target: unknown): Identity | undefined {
  const { tableName, partitionValue, partitionValueFrom, awsRegion, endpointURL, sortKey } = fieldsOf(target);
  const { beginsWith, from, to } = fieldsOf(sortKey);
  const { name, key } = fieldsOf(fieldsOf(partitionValueFrom).secretKeyRef);
  const texts = [tableName, partitionValue, awsRegion, endpointURL, beginsWith, from, to, name, key];
  const isReadable =
    typeof tableName === 'string' &&
    [sortKey, partitionValueFrom].every(
      (value) => value === undefined || (typeof value === 'object' && value !== null),
    ) &&
    texts.every((value) => value === undefined || typeof value === 'string');
  if (!isReadable) return undefined;
  return {
    [ENV.tableName]: literalOf(tableName),
    [ENV.partitionValue]: partitionValueFrom ? fromSecret(name, key) : literalOf(partitionValue),
    [ENV.region]: literalOf(awsRegion ?? DEFAULT_REGION),
    [ENV.endpointURL]: literalOf(endpointURL),
    [ENV.sortKeyBeginsWith]: literalOf(beginsWith),
    [ENV.sortKeyFrom]: literalOf(from),
    [ENV.sortKeyTo]: literalOf(to),
  };
}

const literalOf = (value: unknown): string | undefined => (typeof value === 'string' ? literal(value) : undefined);

const wasSeen = ({ metadata: { uid } }: ObservedJob, { job, seenJobs = [] }: Status): boolean =>
  job?.uid === uid || seenJobs.some((seen) => seen.uid === uid);

function textOf({ value, valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return value ?? '';
  return fromSecret(valueFrom.secretKeyRef?.name, valueFrom.secretKeyRef?.key);
}

/** NUL is in no value of an environment variable. */
const fromSecret = (name: unknown, key: unknown): string => `\0${String(name)}/${String(key)}`;
