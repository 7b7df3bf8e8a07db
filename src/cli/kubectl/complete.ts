import { listInvocation, type Invocation, SUBCOMMAND_NAMES } from './subcommands.js';
import type { Kubectl } from './kubectl.js';

/** kubectl's word for: these are all there are, and none is a file. Source: cobra's ShellCompDirectiveNoFileComp. */
const NO_FILES = ':4';

/** The flags of kubectl's connection that choose which names there are. */
const CHOOSES = /^(-n|--(namespace|context|kubeconfig|cluster|user|as|as-group))(=|$)/;

/**
 * What `kubectl_complete-ddp` prints for the words after `kubectl ddp`, of which the last is the one being typed: a subcommand first,
 * then the name of a resource.
 */
export async function complete(
  words: readonly string[],
  kubectlWith: (connection: Invocation) => Kubectl,
): Promise<string> {
  const typed = words.at(-1) ?? '';
  const { connection, rest } = split(words.slice(0, -1));
  const choices: readonly string[] =
    rest.length === 0 ? SUBCOMMAND_NAMES : rest.length === 1 ? await namesIn(kubectlWith(connection)) : [];
  return [...choices.filter((choice) => choice.startsWith(typed)), NO_FILES, ''].join('\n');
}

async function namesIn(kubectl: Kubectl): Promise<string[]> {
  const { code, stdout } = await kubectl.ask(listInvocation());
  return code === 0 ? stdout.split('\n').flatMap((line) => line.split('/')[1] ?? []) : [];
}

/** The flags of the connection with their values, and the other words. */
function split(words: readonly string[]): { connection: string[]; rest: string[] } {
  const [connection, rest]: [string[], string[]] = [[], []];
  let takesValue = false;
  for (const word of words) {
    const chooses = CHOOSES.exec(word);
    if (chooses || takesValue) connection.push(word);
    else if (!word.startsWith('-')) rest.push(word);
    takesValue = chooses !== null && chooses[3] === '';
  }
  return { connection, rest };
}
