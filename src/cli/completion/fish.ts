import type { DescribedCommand, DescribedOption, Values } from './describe-commands.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** -x: no files and a value; -r: a value, and files as ever; -f: no files. */
function action(values: Values): string {
  if (values.kind === 'none') return '';
  if (values.kind === 'choices') return ` -xa ${quoted('choices' in values ? values.choices.join(' ') : '')}`;
  return values.kind === 'file' ? ' -rF' : ' -x';
}

function optionLine(program: string, command: string, { flags, description, values }: DescribedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  return `complete -c ${program} -n '__fish_seen_subcommand_from ${command}' ${names}${action(values)} -d ${quoted(description)}`;
}

/** A script for fish. */
export function fish(program: string, commands: readonly DescribedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, description, options, argument }) => [
    `complete -c ${program} -n '__fish_use_subcommand' -a ${name} -d ${quoted(description)}`,
    ...options.map((option) => optionLine(program, name, option)),
    ...(argument.kind === 'choices'
      ? [`complete -c ${program} -n '__fish_seen_subcommand_from ${name}'${action(argument)}`]
      : []),
  ]);
  return `# fish completion for ${program}, made by \`${program} completion fish\`
# commands: ${names}
complete -c ${program} -f
complete -c ${program} -n '__fish_use_subcommand' -s h -l help -d 'show help'
complete -c ${program} -n '__fish_use_subcommand' -s V -l version -d 'show the version'
${lines.join('\n')}
`;
}
