import type { Argument, Command, Option } from 'commander';

/** What can be entered where a value is expected. */
export type Values = { kind: 'none' } | { kind: 'choices'; choices: readonly string[] } | { kind: 'file' | 'any' };

export interface DescribedOption {
  /** `-o`, `--output` */
  flags: string[];
  description: string;
  values: Values;
}

export interface DescribedCommand {
  name: string;
  description: string;
  options: DescribedOption[];
  /** Values of its argument; no command takes more than one. */
  argument: Values;
}

/** The visible commands of a program and their options, as completion scripts need them. */
export function describeCommands(program: Command): DescribedCommand[] {
  const help = program.createHelp();
  return help.visibleCommands(program).map((command) => ({
    name: command.name(),
    description: help.subcommandDescription(command),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => typeof flag === 'string'),
      description: firstSentence(option.description),
      values: option.required || option.optional ? valuesOf(option) : { kind: 'none' },
    })),
    argument:
      command.name() === 'help'
        ? { kind: 'choices', choices: program.commands.map((known) => known.name()) }
        : valuesOf(command.registeredArguments[0]),
  }));
}

function valuesOf(taken: Option | Argument | undefined): Values {
  if (taken === undefined) return { kind: 'none' };
  if (taken.argChoices) return { kind: 'choices', choices: taken.argChoices };
  const placeholder = 'flags' in taken ? (/<([^>]+)>/.exec(taken.flags)?.[1] ?? '') : taken.name();
  const takesFile = placeholder === 'file' || ('flags' in taken && /-file\b/.test(taken.flags));
  return { kind: takesFile ? 'file' : 'any' };
}

/** A completion menu has one short line for each option. */
const firstSentence = (text: string): string => text.split(/[:;(]/)[0]?.trim() ?? text;
