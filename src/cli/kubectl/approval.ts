import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../api/names.js';
import { items, number } from '../output/terminal/format.js';
import { isObserved, outcomeOf, plain, type Seen, tableOf } from './resource.js';

/** What an approval would do, or why there is nothing to approve. */
type Approval =
  | { refused: string }
  | {
      question: string;
      /** Whether the change says who approves. The policy in manifests/second-person takes no approval without a name. */
      namesApprover: boolean;
      change: (approver?: string) => object;
    };

/** Why a resource cannot be approved, the first reason that holds. A count that is not certain counts as none. */
const OBSTACLES: readonly { holds: (seen: Seen) => boolean; why: (seen: Seen) => string }[] = [
  { holds: ({ metadata }) => metadata.deletionTimestamp !== undefined, why: () => 'it is being deleted' },
  { holds: ({ spec }) => spec.cancel === true, why: () => 'it is cancelled; create a new DdbctlDpJob' },
  {
    holds: ({ spec }) => spec.mode !== 'DryRun',
    why: ({ spec }) =>
      `its mode is ${spec.mode ?? 'Execute'}, not DryRun: ${spec.mode === undefined ? 'it deletes without an approval' : 'it has been approved, or deletes without an approval'}`,
  },
  {
    // That policy takes a name only in the change that lets the run begin.
    holds: (seen) => seen.spec.suspend === true && namesCreator(seen),
    why: () => 'it is paused, and who approves lets the run begin: first kubectl ddp resume, then approve',
  },
  {
    holds: (seen) => !isObserved(seen),
    why: () => 'the operator has not answered its latest edit yet; try again in a moment',
  },
  {
    holds: (seen) => outcomeOf(seen)?.reason !== 'DryRunComplete' || seen.status?.mode !== 'DryRun',
    why: (seen) => `its count is not complete: the state is ${plain(outcomeOf(seen)?.reason ?? 'unknown')}`,
  },
  {
    holds: ({ status }) => status?.dryRun?.itemsFound === undefined,
    why: () =>
      'its status has no count, because the worker could not report it; the count is in the log of the worker (kubectl ddp logs)',
  },
];

/**
 * The change holds the uid and the version that were seen. The API server refuses it if the resource is another one, or has changed
 * since: what is approved is the count that the question shows.
 */
export function approvalOf(seen: Seen): Approval {
  const obstacle = OBSTACLES.find(({ holds }) => holds(seen));
  if (obstacle) return { refused: obstacle.why(seen) };
  const { uid, resourceVersion } = seen.metadata;
  const paused = seen.spec.suspend === true ? ' It stays paused until it is resumed.' : '';
  return {
    question: `Delete ${countOf(seen)} from table ${plain(tableOf(seen))}, as counted at ${countedAt(seen)}?${paused}`,
    namesApprover: namesCreator(seen),
    change: (approver) => ({
      metadata: {
        uid,
        resourceVersion,
        ...(approver !== undefined && { annotations: { [APPROVED_BY_ANNOTATION]: approver } }),
      },
      spec: { mode: 'Execute' },
    }),
  };
}

/** Whether somebody is recorded as its creator, as the policy in manifests/second-person demands. */
const namesCreator = ({ metadata: { annotations = {} } }: Seen): boolean => CREATED_BY_ANNOTATION in annotations;

/** What the dry run counted, in words. */
export function countOf({ status }: Seen): string {
  const { itemsFound = 0, estimatedWriteUnits: units } = status?.dryRun ?? {};
  return `${items(itemsFound)}${units ? ` (${number(units.min)} to ${number(units.max)} write units)` : ''}`;
}

const countedAt = ({ status }: Seen): string => plain(status?.dryRun?.completionTime ?? 'an unknown time');
