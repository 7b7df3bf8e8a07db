import type { Progress } from '../../api/status.js';
import { items, number, writeUnits } from '../output/terminal/format.js';
import { type Command, nextStep } from './next-step.js';
import { extentOf, outcomeOf, plain, type Seen, tableOf } from './resource.js';

/** What `kubectl ddp status` prints: the state, the counts, the target and what to do next. Never the key. */
export function statusText(seen: Seen, command: Command): string {
  const { metadata, status } = seen;
  const outcome = outcomeOf(seen);
  const { progress, dryRun, job, receipt } = status ?? {};
  const rows: [string, string | undefined][] = [
    ['resource', `${metadata.namespace}/${metadata.name}${metadata.deletionTimestamp ? ', being deleted' : ''}`],
    ['table', tableOf(seen)],
    ['target', extentOf(seen)],
    ['mode', modeOf(seen)],
    ['counted', dryRun?.itemsFound === undefined ? undefined : counted(dryRun)],
    ['found', progress?.itemsFound === undefined ? undefined : atLeast(progress, progress.itemsFound)],
    ['deleted', progress?.itemsDeleted === undefined ? undefined : deleted(progress, progress.itemsDeleted)],
    ['proof', status?.verifiedEmpty === true ? 'a consistent read after the last write found nothing' : undefined],
    ['finished', status?.completionTime],
    ['job', job?.name],
    ['receipt', receipt === undefined ? undefined : command('receipt')],
    ['next', nextStep(seen, command)],
  ];
  return [
    outcome ? `${outcome.reason}: ${outcome.message}` : 'Unknown: the operator has not answered yet',
    ...rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`])),
  ]
    .map(plain)
    .join('\n');
}

/** The mode that is asked for and, where it is another, the one that the status describes. */
function modeOf({ spec: { mode = 'Execute', suspend, cancel }, status }: Seen): string {
  const described = status?.mode === undefined || status.mode === mode ? '' : ` (this status: ${status.mode})`;
  return `${mode}${described}${suspend === true ? ', suspend' : ''}${cancel === true ? ', cancel' : ''}`;
}

function counted({
  itemsFound = 0,
  estimatedWriteUnits: units,
}: NonNullable<NonNullable<Seen['status']>['dryRun']>): string {
  return `${items(itemsFound)}${units ? `; ${number(units.min)} to ${number(units.max)} write units to delete them` : ''}`;
}

const atLeast = (progress: Progress, count: number): string => `${progress.atLeast ? 'at least ' : ''}${items(count)}`;

const deleted = (progress: Progress, count: number): string =>
  `${atLeast(progress, count)}, ${writeUnits(progress)} write units`;
