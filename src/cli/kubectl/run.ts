import { EXIT_CODES } from '../../api/exit-codes.js';
import { APPROVED_BY_ANNOTATION } from '../../api/names.js';
import { approvalOf } from './approval.js';
import type { Kubectl } from './kubectl.js';
import type { Command } from './next-step.js';
import { plain, type Seen } from './resource.js';
import { statusText } from './status-text.js';
import {
  logInvocation,
  patchInvocation,
  readInvocation,
  rowOf,
  type Subcommand,
  whoAmIInvocation,
} from './subcommands.js';

/** What a subcommand is handed. */
export interface World {
  kubectl: Kubectl;
  /** The flags that were given for the connection: advice repeats them. */
  connection: readonly string[];
  print: (text: string) => void;
  complain: (text: string) => void;
  isAtTerminal: () => boolean;
  confirm: (question: string) => Promise<boolean>;
  /** Whether an approval needs no question. */
  yes: boolean;
}

type Look = (seen: Seen, world: World) => Promise<number> | number;

/** What the subcommands do that look at the resource first. The others only change it: see their table. */
const LOOKS: Readonly<Partial<Record<Subcommand, Look>>> = {
  status: (seen, world) => {
    world.print(statusText(seen, commandFor(seen.metadata.name, world.connection)));
    return EXIT_CODES.done;
  },
  approve,
  logs: async (seen, world) => {
    const invocation = logInvocation(seen);
    if (invocation) return world.kubectl.show(invocation);
    return refuse(world, `${seen.metadata.name} has no Job yet, so there is no log`);
  },
  receipt: (seen, world) => {
    const receipt = seen.status?.receipt;
    if (receipt === undefined)
      return refuse(
        world,
        `${seen.metadata.name} has no receipt: only a successful run has one, if the operator signs them`,
      );
    world.print(plain(receipt));
    return EXIT_CODES.done;
  },
};

/** @returns the exit code: kubectl's own if kubectl fails */
export async function runSubcommand(subcommand: Subcommand, name: string, world: World): Promise<number> {
  const look = LOOKS[subcommand];
  if (!look) return change(subcommand, name, world);
  const answer = await world.kubectl.ask(readInvocation(name));
  if (answer.code !== 0) return answer.code;
  return look(JSON.parse(answer.stdout) as Seen, world);
}

async function change(subcommand: Subcommand, name: string, world: World): Promise<number> {
  const { change: merged = {}, changed = '' } = rowOf(subcommand);
  const answer = await world.kubectl.ask(patchInvocation(name, merged));
  if (answer.code !== 0) {
    // What the policy in manifests/second-person says, if the change would let the run begin.
    if (answer.stderr.includes(APPROVED_BY_ANNOTATION))
      world.complain(
        `${name} has not begun, so another person than its creator lets it: ${commandFor(name, world.connection)('approve')}`,
      );
    return answer.code;
  }
  world.print(`${name} ${changed}. See: ${commandFor(name, world.connection)('status')}`);
  return EXIT_CODES.done;
}

async function approve(seen: Seen, world: World): Promise<number> {
  const { name } = seen.metadata;
  const approval = approvalOf(seen);
  if ('refused' in approval) return refuse(world, `${name} cannot be approved: ${approval.refused}`);
  const approver = approval.namesApprover ? await whoAmI(name, world) : undefined;
  if (typeof approver === 'number') return approver;
  const unconfirmed = await confirmation(approval.question, world);
  if (unconfirmed !== undefined) return unconfirmed;
  const answer = await world.kubectl.ask(patchInvocation(name, approval.change(approver)));
  if (answer.code !== 0) {
    if (answer.stderr.includes('(Conflict)'))
      world.complain(`Not approved: ${name} has changed since it was read. Look at it again, then approve it.`);
    return answer.code;
  }
  const by = approver === undefined ? '' : ` by ${plain(approver)}`;
  world.print(
    `Approved${by}: ${name} deletes ${approval.deletes}. See: ${commandFor(name, world.connection)('status')}`,
  );
  return EXIT_CODES.done;
}

/** @returns the user name that the API server knows, or the exit code */
async function whoAmI(name: string, world: World): Promise<string | number> {
  const { code, stdout } = await world.kubectl.ask(whoAmIInvocation());
  const user = code === 0 ? userIn(stdout) : undefined;
  if (user !== undefined) return user;
  world.complain(
    `Not approved: kubectl auth whoami does not say your user name, and ${name} names its creator, so who approves it is named, too.`,
  );
  return code === 0 ? EXIT_CODES.bug : code;
}

function userIn(stdout: string): string | undefined {
  try {
    const { status } = JSON.parse(stdout) as { status?: { userInfo?: { username?: string } } };
    return status?.userInfo?.username;
  } catch {
    return undefined;
  }
}

/** Asks, unless that is not needed. @returns the exit code if nobody confirms */
async function confirmation(question: string, world: World): Promise<number | undefined> {
  if (world.yes) return undefined;
  if (!world.isAtTerminal()) {
    world.complain(`${question}\nNot approved: there is no terminal to confirm on; pass --yes to approve.`);
    return EXIT_CODES.InvalidTarget;
  }
  if (await world.confirm(question)) return undefined;
  world.complain('Not approved.');
  return EXIT_CODES.interrupted;
}

function refuse(world: World, why: string): number {
  world.complain(why);
  return EXIT_CODES.GuardRefused;
}

/** A command of this plugin that a person can copy: for the same resource, in the same cluster. */
const commandFor =
  (name: string, connection: readonly string[]): Command =>
  (subcommand) =>
    ['kubectl ddp', subcommand, name, ...connection].join(' ');
