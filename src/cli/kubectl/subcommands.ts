import { CONTAINER } from '../../api/names.js';
import { RESOURCE, type Seen } from './resource.js';

/** What kubectl is run with. */
export type Invocation = readonly string[];

interface Row {
  description: string;
  /** For a subcommand that changes the spec without a look at it: what is merged into the resource. */
  change?: object;
  /** What is said when the API server has accepted the change. */
  changed?: string;
}

/** Every subcommand. Those without a change look at the resource first: `run.ts` says what they make of it. */
const SUBCOMMANDS = {
  status: { description: 'show the state of a run, its counts and target, and what to do next' },
  approve: { description: 'approve a deletion, after showing what was counted' },
  suspend: {
    description: 'pause a run: its worker finishes the requests in flight',
    change: { spec: { suspend: true } },
    changed: 'is to pause: its worker finishes the requests in flight',
  },
  resume: {
    description: 'let a paused run go on',
    change: { spec: { suspend: false } },
    changed: 'is to go on',
  },
  cancel: {
    description: 'stop a run for good and keep its record; cannot be undone',
    change: { spec: { cancel: true } },
    changed: 'is to stop for good: what is deleted stays deleted',
  },
  logs: { description: "follow the log of a run's worker" },
  receipt: { description: 'print the signed receipt of a run' },
} as const satisfies Readonly<Record<string, Row>>;

export type Subcommand = keyof typeof SUBCOMMANDS;
export const SUBCOMMAND_NAMES = Object.keys(SUBCOMMANDS) as Subcommand[];

/** The row without its own type, in which fields may be missing. */
export const rowOf = (subcommand: Subcommand): Row => SUBCOMMANDS[subcommand];

export const readInvocation = (name: string): Invocation => ['get', RESOURCE, name, '--output=json'];

export const listInvocation = (): Invocation => ['get', RESOURCE, '--output=name'];

/** The user whom the API server takes the caller for, also with `--as`: a SelfSubjectReview. */
export const whoAmIInvocation = (): Invocation => ['auth', 'whoami', '--output=json'];

export const patchInvocation = (name: string, change: object): Invocation => [
  'patch',
  RESOURCE,
  name,
  '--type=merge',
  `--patch=${JSON.stringify(change)}`,
  '--output=name',
];

/** Follows the latest pod of the Job. Undefined if the run has no Job yet. */
export function logInvocation({ status }: Seen): Invocation | undefined {
  const job = status?.job?.name;
  return job === undefined ? undefined : ['logs', `job/${job}`, `--container=${CONTAINER}`, '--follow'];
}
