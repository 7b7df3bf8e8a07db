import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { describeCommands } from '../../../../src/cli/completion/describe-commands.js';
import { bash } from '../../../../src/cli/completion/bash.js';
import { fish } from '../../../../src/cli/completion/fish.js';
import { zsh } from '../../../../src/cli/completion/zsh.js';
import { buildProgram } from '../../../../src/cli/program.js';
import { runDynamoctl } from '../../../support/worker-process.js';

const commands = describeCommands(await buildProgram());
const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
writeFileSync(join(folder, 'sample.yaml'), '');
const SCRIPTS = {
  bash: bash('dynamoctl', commands),
  zsh: zsh('dynamoctl', commands),
  fish: fish('dynamoctl', commands),
};
for (const [shell, script] of Object.entries(SCRIPTS)) writeFileSync(join(folder, `dynamoctl.${shell}`), script);

const run = (shell: string, ...args: string[]) => spawnSync(shell, args, { cwd: folder, encoding: 'utf8' });
const without = (shell: string): string | false =>
  run(shell, '-c', 'exit 0').status !== 0 && `${shell} is not on the PATH`;

/** What is typed before TAB → what is offered: all of it, or these among others. */
const CASES: readonly { typed: string; all?: string[]; among?: string[] }[] = [
  { typed: 'dynamoctl ', among: ['delete-partition', 'operator', 'render', 'completion', 'help'] },
  { typed: 'dynamoctl del', all: ['delete-partition'] },
  { typed: 'dynamoctl delete-partition --sk', all: ['--skip-confirmation'] },
  { typed: 'dynamoctl delete-partition -t Orders --dry', all: ['--dry-run'] },
  { typed: 'dynamoctl render -o ', all: ['json', 'yaml'] },
  { typed: 'dynamoctl render --output y', all: ['yaml'] },
  { typed: 'dynamoctl render -f sam', all: ['sample.yaml'] },
  { typed: 'dynamoctl completion ', all: ['bash', 'fish', 'zsh'] },
  { typed: 'dynamoctl operator --tls-cert-file sam', all: ['sample.yaml'] },
  { typed: 'dynamoctl operator --allowed-ta', all: ['--allowed-tables'] },
];

t.test('every visible command and every option is in the scripts', async (t) => {
  t.same(
    commands.map(({ name }) => name),
    ['delete-partition', 'operator', 'render', 'verify-receipt', 'prune', 'completion', 'help'],
  );
  const flags = commands.flatMap(({ options }) => options.flatMap((option) => option.flags));
  t.ok(flags.length > 60);
  for (const flag of flags) {
    t.ok(new RegExp(`[ ']${flag}[ ']`).test(SCRIPTS.bash), `bash: ${flag}`);
    t.ok(SCRIPTS.zsh.includes(flag), `zsh: ${flag}`);
    t.ok(
      SCRIPTS.fish.includes(flag.startsWith('--') ? `-l ${flag.slice(2)} ` : `-s ${flag.slice(1)} `),
      `fish: ${flag}`,
    );
  }
});

t.test('dynamoctl completion prints them', async (t) => {
  for (const [shell, script] of Object.entries(SCRIPTS))
    t.match(await runDynamoctl(['completion', shell]), { code: 0, stdout: script });
  t.match(await runDynamoctl(['completion', 'tcsh']), { code: 2, stderr: /Allowed choices are bash, zsh, fish/ });
});

/** Makes bash complete: looks up the function that `complete` registered, and calls it as readline does. */
function completedByBash(typed: string, load: string): string[] {
  const words = typed.split(' ');
  const script = `${load}
spec=$(complete -p dynamoctl) || exit 9
[[ $spec =~ -F\\ ([^ ]+) ]] && COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
COMP_LINE='${typed}' COMP_POINT=${typed.length}
\${BASH_REMATCH[1]} dynamoctl "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = run('bash', '--norc', '-c', script);
  return status === 0 && stderr === '' ? offered(stdout) : [`bash ended with ${status}: ${stderr}`];
}

const offered = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.split('\t')[0]?.trim() ?? '')
    .filter((line) => line !== '')
    .sort();

function check(t: Test, found: string[], { typed, all, among }: (typeof CASES)[number]): void {
  if (all) t.same(found, all, typed);
  for (const word of among ?? []) t.ok(found.includes(word), `${typed}: ${word} in ${found.join(' ')}`);
}

t.test('bash completes', { skip: without('bash') }, async (t) => {
  for (const row of CASES) check(t, completedByBash(row.typed, 'source ./dynamoctl.bash'), row);
});

const LOADER = '/usr/share/bash-completion/bash_completion';
const hasLoader = run('test', '-f', LOADER).status === 0;
t.test('bash-completion finds and loads it', { skip: !hasLoader && 'bash-completion is not installed' }, async (t) => {
  const completions = join(folder, 'bash-completion', 'completions');
  run('mkdir', '-p', completions);
  writeFileSync(join(completions, 'dynamoctl'), readFileSync(join(folder, 'dynamoctl.bash')));
  const load = `export XDG_DATA_HOME='${folder}'; source ${LOADER}; _completion_loader dynamoctl || :`;
  for (const row of CASES) check(t, completedByBash(row.typed, load), row);
});

t.test('fish completes', { skip: without('fish') }, async (t) => {
  for (const row of CASES) {
    const { stdout, stderr } = run('fish', '--no-config', '-c', `source dynamoctl.fish; complete -C '${row.typed}'`);
    t.equal(stderr, '');
    check(t, offered(stdout), row);
  }
});

/** zsh completes only on a terminal, so this creates one (zpty), types, and waits until the whole word appears. */
const ZSH = (typed: string, whole: string): string => `
zmodload zsh/zpty
zpty -b worker zsh -f -i
zpty -w worker 'PROMPT=; autoload -Uz compinit; compinit -u -d ${folder}/zcompdump; source ./dynamoctl.zsh; print REA""DY'
until zpty -r -m worker out '*READY*'; do :; done
zpty -w -n worker '${typed}'$'\\t'
until zpty -r -m worker out '*${whole}*'; do :; done
print -r -- "completed: $out"`;

t.test('zsh takes the script, and completes', { skip: without('zsh') }, async (t) => {
  t.match(run('zsh', '-n', './dynamoctl.zsh'), { status: 0, stderr: '' });
  for (const [typed, whole] of [
    ['dynamoctl delete-partition --skip-c', '--skip-confirmation'],
    ['dynamoctl rend', 'render'],
    ['dynamoctl render -f sam', 'sample.yaml'],
  ] as const) {
    const { stdout } = spawnSync('zsh', ['-f', '-c', ZSH(typed, whole)], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    t.ok(stdout.includes('completed: ') && stdout.includes(whole), `${typed} → ${whole}`);
  }
});
