import { KIND } from '../../api/names.js';
import { formatTime } from '../../operator/time.js';
import type { PruneApi } from './api.js';
import { judge, type Judgment, type Listed, type Reason, REASONS, type Retention } from './retention.js';

export interface PruneOptions extends Retention {
  /** Whether to delete. Otherwise the API server is asked whether it would. */
  delete: boolean;
  /** The most that is deleted at once: each needs Metacontroller for a moment. The rest waits for the next time. */
  atMost: number;
}

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

interface Summary {
  /** Or what would be. */
  deleted: number;
  /** Judged, and then gone or changed: the next run judges again. */
  changed: number;
  refused: number;
  stayed: Partial<Record<Reason, number>>;
}

/** How many resources a line of the log names: there may be thousands, each night again. */
const NAMED = 20;

/** Those that have been kept long enough and stay, as `namespace/name`, and what shows why. */
type Named = Partial<Record<Reason, Record<string, string>>>;

/**
 * Deletes the resources that have been kept long enough, each with a line in the log that outlives it as its record.
 * @throws if the resources cannot be listed
 */
export async function prune(api: PruneApi, options: PruneOptions, log: Log): Promise<Summary> {
  const summary: Summary = { deleted: 0, changed: 0, refused: 0, stayed: {} };
  const isFull = (): boolean => summary.deleted + summary.changed + summary.refused >= options.atMost;
  const named: Named = {};
  let continuation: string | undefined;
  do {
    const page = await listed(api, continuation);
    for (const resource of page.items) {
      const judgment = judge(resource, options);
      if ('stays' in judgment) keep(resource, judgment, summary, named);
      else if (!isFull()) summary[await remove(api, resource, judgment, options, log)]++;
    }
    continuation = page.continuation;
  } while (continuation !== undefined && !isFull());
  for (const [reason, count] of Object.entries(summary.stayed))
    log.info({ reason, count, resources: named[reason as Reason] }, `kept ${count}: ${REASONS[reason as Reason]}`);
  log.info({ ...summary }, `${options.delete ? 'deleted' : 'dry run: would delete'} ${summary.deleted} ${KIND}s`);
  return summary;
}

function keep(
  { metadata }: Listed,
  judgment: Extract<Judgment, { stays: Reason }>,
  summary: Summary,
  named: Named,
): void {
  const { stays } = judgment;
  const count = (summary.stayed[stays] = (summary.stayed[stays] ?? 0) + 1);
  if ('mark' in judgment && count <= NAMED)
    (named[stays] ??= {})[`${metadata.namespace}/${metadata.name}`] = judgment.mark;
}

async function listed(
  api: PruneApi,
  continuation: string | undefined,
): Promise<{ items: Listed[]; continuation: string | undefined }> {
  const { status, body } = await api.list(continuation);
  const { items, metadata, message } = (body ?? {}) as {
    items?: Listed[];
    metadata?: { continue?: string };
    message?: string;
  };
  if (status !== 200 || !Array.isArray(items))
    throw new Error(`the API server answered ${status} to the list of ${KIND}s: ${message ?? 'no message'}`);
  return { items, continuation: metadata?.continue === '' ? undefined : metadata?.continue };
}

/** Answers by which nothing is wrong. */
const CHANGES: Readonly<Record<number, string>> = {
  404: 'somebody else has deleted it',
  409: 'it has changed since it was listed',
};

async function remove(
  api: PruneApi,
  resource: Listed,
  { state, completed }: Exclude<Judgment, { stays: Reason }>,
  options: PruneOptions,
  log: Log,
): Promise<'deleted' | 'changed' | 'refused'> {
  const { namespace, name, uid } = resource.metadata;
  const fields = { namespace, name, uid, state, completionTime: formatTime(completed), ...countsOf(resource) };
  const { status, body } = await api.remove(resource, { dryRun: !options.delete });
  if (status === 200 || status === 202) {
    log.info(fields, options.delete ? 'deleted' : 'would be deleted');
    return 'deleted';
  }
  const { reason } = (body ?? {}) as { reason?: string };
  const change = CHANGES[status];
  log.warn({ ...fields, status, reason }, `not deleted: ${change ?? 'the API server refuses'}`);
  return change === undefined ? 'refused' : 'changed';
}

/** What a record is kept for, and no key. */
function countsOf({ status }: Listed): object {
  const { verifiedEmpty, progress } = (status ?? {}) as {
    verifiedEmpty?: unknown;
    progress?: { itemsDeleted?: unknown };
  };
  return { verifiedEmpty, itemsDeleted: progress?.itemsDeleted };
}
