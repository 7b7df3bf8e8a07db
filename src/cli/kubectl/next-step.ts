import { meaningOf, type State, STATES } from '../../api/states.js';
import { beginsByApproval } from './approval.js';
import { isObserved, outcomeOf, type Seen } from './resource.js';

const RUNBOOK = 'https://github.com/sanjivmadhavan/dynamoctl-dp-operator/blob/main/docs/runbook.md';
const OPERATOR = 'kubectl -n dynamoctl-dp-operator-system get pods';

/** A command of this plugin for the same resource. */
export type Command = (subcommand: string) => string;

const WATCH = (command: Command): string => `nothing; to watch it: ${command('logs')}`;
const WAIT = (): string => 'nothing: wait until its worker has finished the requests in flight';

/** What to do in a state. For a state that is not here, the runbook says it. */
const STEPS: Readonly<Partial<Record<State, (command: Command, seen: Seen) => string>>> = {
  Running: WATCH,
  Retrying: WATCH,
  Restarting: () => 'nothing: the Job is created again by itself',
  Suspending: WAIT,
  Cancelling: WAIT,
  Suspended: (command, seen) =>
    beginsByApproval(seen)
      ? `for another person than its creator, to let it begin: ${command('approve')}`
      : `to let it go on: ${command('resume')}`,
  DryRunComplete: (command) => `to delete what was counted: ${command('approve')}`,
  PartitionDeleted: (command, { status }) =>
    status?.receipt === undefined ? 'nothing: it is done' : `keep the receipt: ${command('receipt')}`,
};

/** What a person should do now. */
export function nextStep(seen: Seen, command: Command): string {
  const reason = outcomeOf(seen)?.reason;
  if (reason === undefined) return `the operator has not answered yet; if that lasts: ${OPERATOR}`;
  if (!isObserved(seen)) return `wait: the operator has not answered the latest edit yet; if that lasts: ${OPERATOR}`;
  const state = STATES.find((known) => known === reason);
  if (state === undefined) return 'see the message: this version of the plugin does not know the state';
  const step = STEPS[state];
  return step ? step(command, seen) : `${meaningOf(state)}: ${RUNBOOK}#${state.toLowerCase()}`;
}
