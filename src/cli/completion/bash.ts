import type { DescribedCommand, Values } from './describe-commands.js';

/** What completes a value, as the body of a case. */
const complete: Readonly<Record<Values['kind'], (values: Values) => string>> = {
  choices: (values) => words('choices' in values ? values.choices : []),
  file: () => 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur")',
  any: () => 'COMPREPLY=()',
  none: () => 'COMPREPLY=()',
};

const words = (list: readonly string[]): string => `mapfile -t COMPREPLY < <(compgen -W '${list.join(' ')}' -- "$cur")`;

/** A script for bash 4 and newer; it needs nothing of the package bash-completion. */
export function bash(program: string, commands: readonly DescribedCommand[]): string {
  const name = `_${program.replaceAll('-', '_')}`;
  return `# bash completion for ${program}, made by \`${program} completion bash\`
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    ${words([...commands.map((command) => command.name), '--help', '--version'])}
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F ${name} ${program}
`;
}

function commandCase({ name, options, argument }: DescribedCommand): string {
  const flagsOf = new Map<string, string[]>();
  for (const { flags, values } of options) {
    if (values.kind === 'none') continue;
    const reply = complete[values.kind](values);
    flagsOf.set(reply, [...(flagsOf.get(reply) ?? []), ...flags]);
  }
  const valued = [...flagsOf].map(([reply, flags]) => `        ${flags.join('|')}) ${reply}; return ;;`);
  const flags = words(options.flatMap((option) => option.flags));
  return [
    `    ${name})`,
    ...(valued.length === 0 ? [] : ['      case $prev in', ...valued, '      esac']),
    `      case $cur in`,
    `        -*) ${flags} ;;`,
    argument.kind === 'none' ? `        '') ${flags} ;;` : `        *) ${complete[argument.kind](argument)} ;;`,
    '      esac',
    '      ;;',
  ].join('\n');
}
