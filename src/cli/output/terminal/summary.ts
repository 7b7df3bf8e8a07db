import { EXIT_CODES } from '../../../api/exit-codes.js';
import type { AttemptOutcome } from '../../../deletion/outcome.js';
import type { Style } from './style.js';
import { duration, items, number, rate, writeUnits } from './format.js';

export interface RunSummary {
  outcome: AttemptOutcome;
  /** Name or ARN; with region and endpoint once they are known. */
  table: string;
  /** How long the last attempt took, in milliseconds, excluding the wait for an answer to the prompt. */
  took: number;
  throttled: number;
}

/** Summarizes a finished run for a person: what happened, how long it took, what it consumed, and what proves the result. */
export function summary({ outcome, table, took, throttled }: RunSummary, { paint, done, failed }: Style): string {
  const { state, message, exitCode, progress, verifiedEmpty, estimatedWriteUnits } = outcome;
  const { readUnits = 0, capacityLeftPercent: left } = progress;
  const succeeded = exitCode === EXIT_CODES.done;
  const headline = `${succeeded ? done : failed} ${state ?? 'Interrupted'}: ${message}`;
  const seconds = took / 1000;
  const rows: [string, string | undefined][] = [
    ['table', table],
    ['deleted', state === 'DryRunComplete' ? 'nothing' : deleted(progress, seconds)],
    ['consumed', `${writeUnits(progress)} write units, ${number(readUnits)} read units`],
    [
      'estimate',
      estimatedWriteUnits &&
        `${number(estimatedWriteUnits.min)} to ${number(estimatedWriteUnits.max)} write units to delete them`,
    ],
    ['left', left === undefined ? undefined : `${left} % of the table's write capacity to others, at the end`],
    ['throttled', throttled > 0 ? `${number(throttled)} times` : undefined],
    ['took', duration(seconds)],
    ['proof', verifiedEmpty ? 'a consistent read after the last write found nothing' : undefined],
    ['exit code', succeeded ? undefined : String(exitCode)],
  ];
  return [
    paint(succeeded ? 'green' : 'red', headline),
    ...rows
      .filter(([, text]) => text !== undefined)
      .map(([name, text]) => `  ${paint('dim', name.padEnd(10))} ${text}`),
  ].join('\n');
}

function deleted({ itemsFound = 0, itemsDeleted = 0, atLeast }: AttemptOutcome['progress'], seconds: number): string {
  const count = `${atLeast ? 'at least ' : ''}${items(itemsDeleted)}`;
  return `${count} of ${number(itemsFound)} found${speed(itemsDeleted, seconds)}`;
}

/** A rate measured over less than a second is meaningless. */
const speed = (count: number, seconds: number): string => (seconds < 1 ? '' : `, ${rate(count / seconds)} items/s`);
