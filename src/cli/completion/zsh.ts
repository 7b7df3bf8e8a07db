import type { DescribedCommand, DescribedOption, Values } from './describe-commands.js';

/** In single quotes, for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** In a description of _arguments, brackets and colons have a meaning. */
const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

function action(values: Values): string {
  if (values.kind === 'none') return '';
  if (values.kind === 'choices') return `:value:(${'choices' in values ? values.choices.join(' ') : ''})`;
  return values.kind === 'file' ? ':file:_files' : ':value: ';
}

/** `(-o --output)'{-o,--output}'[description]:value:(yaml json)` */
function specOf({ flags, description, values }: DescribedOption): string {
  const tail = quoted(`[${plain(description)}]${action(values)}`);
  return flags.length === 1 ? `${flags[0]}${tail}` : `${quoted(`(${flags.join(' ')})`)}{${flags.join(',')}}${tail}`;
}

/** A script for zsh: to be sourced, or to stand in a directory of fpath as _dynamoctl. */
export function zsh(program: string, commands: readonly DescribedCommand[]): string {
  const cases = commands.map(({ name, options, argument }) =>
    [
      `    ${name})`,
      `      _arguments \\`,
      ...[...options.map(specOf), ...(argument.kind === 'none' ? [] : [quoted(`1${action(argument)}`)])].map(
        (spec, index, all) => `        ${spec}${index === all.length - 1 ? '' : ' \\'}`,
      ),
      '      ;;',
    ].join('\n'),
  );
  return `#compdef ${program}
# zsh completion for ${program}, made by \`${program} completion zsh\`
_${program}() {
  local line state
  _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)'{-V,--version}'[show the version]' '1: :->command' '*:: :->rest'
  if [[ $state == command ]]; then
    local -a commands=(
${commands.map(({ name, description }) => `      ${quoted(`${name}:${description}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case $line[1] in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${program}" ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}
