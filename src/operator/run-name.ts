import { hash } from 'node:crypto';
import { type Mode, MODES } from '../api/states.js';

/** A Job's name is the prefix of its pods' names and the value of a label: 63 minus the six characters that a pod's name adds. */
const MAX_JOB_NAME = 57;
const RUN_DIGITS = 10;

/** The runs of the resource that was asked about last: one decision asks for the same name a dozen times. */
let last: { uid: string; runs: Partial<Record<Mode, string>> } = { uid: '', runs: {} };

/** Identifies the run (parent uid, mode) in the label `…/run`: 10 hex digits. */
export function runOf(parentUID: string, mode: Mode): string {
  if (last.uid !== parentUID) last = { uid: parentUID, runs: {} };
  return (last.runs[mode] ??= hash('sha256', `${parentUID}/${mode}`, 'hex').slice(0, RUN_DIGITS));
}

/** The prefix that was asked for last, for the same reason. */
let lastPrefix = { parentName: '', prefix: '' };

/** `<parent name, dots to dashes, truncated>-<run>`: a name that no other resource can have, at most 57 characters. */
export function jobName(parentName: string, run: string): string {
  if (lastPrefix.parentName !== parentName) lastPrefix = { parentName, prefix: prefixOf(parentName) };
  return `${lastPrefix.prefix}-${run}`;
}

const prefixOf = (parentName: string): string =>
  parentName
    .replaceAll('.', '-')
    .slice(0, MAX_JOB_NAME - RUN_DIGITS - 1)
    .replace(/-+$/, '');

/** Whether a name is that of a run of this resource, and so of everything that the run gets. */
export function isNameOfRun(name: string, parent: { name: string; uid: string }): boolean {
  return MODES.some((mode) => jobName(parent.name, runOf(parent.uid, mode)) === name);
}
