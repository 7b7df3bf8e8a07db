import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../api/names.js';
import { items, number } from '../output/terminal/format.js';
import { extentOf, isObserved, outcomeOf, plain, type Seen, tableOf } from './resource.js';

/** What an approval would do, or why there is nothing to approve. */
type Approval =
  | { refused: string }
  | {
      question: string;
      /** What it deletes, in words. */
      deletes: string;
      /** Whether the change says who approves. The policy in manifests/second-person takes no approval without a name. */
      namesApprover: boolean;
      change: (approver?: string) => object;
    };

/** Whether somebody is recorded as its creator, as the policy in manifests/second-person demands. */
const namesCreator = ({ metadata: { annotations = {} } }: Seen): boolean => CREATED_BY_ANNOTATION in annotations;

/** Whether it is a deletion that is paused, and needs a person's name unless it had begun. No mode means Execute. */
const isHeldBack = (seen: Seen): boolean =>
  seen.spec.mode !== 'DryRun' && seen.spec.suspend === true && namesCreator(seen);

/** As that policy sees it. A count has a startTime, too, in a status that says DryRun. */
const hadBegun = ({ status }: Seen): boolean => status?.mode === 'Execute' && status.startTime !== undefined;

/**
 * Whether resuming it is approving it: it was created suspended, or approved and then paused before its status said that it began.
 * Then that policy takes the change that lets it begin only with a name.
 */
export const beginsByApproval = (seen: Seen): boolean => isHeldBack(seen) && !hadBegun(seen);

/** Why a resource cannot be approved, the first reason that holds. A count that is not certain counts as none. */
const OBSTACLES: readonly { holds: (seen: Seen) => boolean; why: (seen: Seen) => string }[] = [
  { holds: ({ metadata }) => metadata.deletionTimestamp !== undefined, why: () => 'it is being deleted' },
  { holds: ({ spec }) => spec.cancel === true, why: () => 'it is cancelled; create a new DdbctlDpJob' },
  {
    holds: (seen) => isHeldBack(seen) && hadBegun(seen),
    why: () => 'it had begun when it was paused, so anyone may let it go on: kubectl ddp resume',
  },
  {
    holds: (seen) => seen.spec.mode !== 'DryRun' && !beginsByApproval(seen),
    why: (seen) =>
      `its mode is ${seen.spec.mode ?? 'Execute'}, not DryRun: ${seen.spec.mode === undefined && !namesCreator(seen) ? 'it deletes without an approval' : 'it has been approved, or deletes without an approval'}`,
  },
  {
    // That policy takes a name only in the change that lets the run begin.
    holds: (seen) => seen.spec.mode === 'DryRun' && seen.spec.suspend === true && namesCreator(seen),
    why: () => 'it is paused, and who approves lets the run begin: first kubectl ddp resume, then approve',
  },
  {
    holds: (seen) => !isObserved(seen),
    why: () => 'the operator has not answered its latest edit yet; try again in a moment',
  },
  {
    holds: (seen) =>
      !beginsByApproval(seen) && (outcomeOf(seen)?.reason !== 'DryRunComplete' || seen.status?.mode !== 'DryRun'),
    why: (seen) => `its count is not complete: the state is ${plain(outcomeOf(seen)?.reason ?? 'unknown')}`,
  },
  {
    holds: (seen) => !beginsByApproval(seen) && seen.status?.dryRun?.itemsFound === undefined,
    why: () =>
      'its status has no count, because the worker could not report it; the count is in the log of the worker (kubectl ddp logs)',
  },
];

/**
 * The change holds the uid and the version that were seen. The API server refuses it if the resource is another one, or has changed
 * since: what is approved is what the question shows.
 */
export function approvalOf(seen: Seen): Approval {
  const obstacle = OBSTACLES.find(({ holds }) => holds(seen));
  if (obstacle) return { refused: obstacle.why(seen) };
  const { uid, resourceVersion } = seen.metadata;
  const table = plain(tableOf(seen));
  const [what, deletes] = isCounted(seen)
    ? [`Delete ${countOf(seen)} from table ${table}, as counted at ${countedAt(seen)}?`, countOf(seen)]
    : [`Delete from table ${table}: ${extentOf(seen)}?`, extentOf(seen)];
  return {
    question: [what, ...remarks(seen)].join(' '),
    deletes,
    namesApprover: namesCreator(seen),
    change: (approver) => ({
      metadata: {
        uid,
        resourceVersion,
        ...(approver !== undefined && { annotations: { [APPROVED_BY_ANNOTATION]: approver } }),
      },
      spec: beginsByApproval(seen) ? { suspend: false } : { mode: 'Execute' },
    }),
  };
}

/** What else a person should know who approves it. */
function remarks(seen: Seen): string[] {
  const { maxItems, suspend } = seen.spec;
  const uncounted = ['Nothing was counted.'];
  if (maxItems !== undefined) uncounted.push(`At most ${items(maxItems)} are deleted (maxItems).`);
  return [
    ...(isCounted(seen) ? [] : uncounted),
    ...(beginsByApproval(seen) ? ['It begins at once.'] : []),
    ...(suspend === true && !beginsByApproval(seen) ? ['It stays paused until it is resumed.'] : []),
  ];
}

/** Without a count, only what waits for a name can be approved. */
const isCounted = ({ status }: Seen): boolean => status?.dryRun?.itemsFound !== undefined;

/** What the dry run counted, in words. */
function countOf({ status }: Seen): string {
  const { itemsFound = 0, estimatedWriteUnits: units } = status?.dryRun ?? {};
  return `${items(itemsFound)}${units ? ` (${number(units.min)} to ${number(units.max)} write units)` : ''}`;
}

const countedAt = ({ status }: Seen): string => plain(status?.dryRun?.completionTime ?? 'an unknown time');
