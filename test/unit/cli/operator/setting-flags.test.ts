import { Command } from 'commander';
import t from 'tap';
import { flagOf, SETTINGS } from '../../../../src/api/settings.js';
import { addSettingFlags, settingFlags } from '../../../../src/cli/operator/setting-flags.js';

/** The flags that commander finds, by their names. */
const parse = (args: readonly string[], wanted?: Parameters<typeof addSettingFlags>[1]) => {
  const command = addSettingFlags(new Command(), wanted)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse([...args], { from: 'user' });
  return Object.fromEntries(Object.entries(settingFlags(command)).filter(([, value]) => value !== undefined));
};

t.test('what is given is found under the name of its flag', async (t) => {
  for (const [reason, args, found] of [
    ['nothing: a default would hide the environment', [], {}],
    ['a short name', ['--port', '1'], { port: '1' }],
    ['a name of several words', ['--tls-client-ca-file', '/ca'], { 'tls-client-ca-file': '/ca' }],
    ['an empty text', ['--allowed-tables', ''], { 'allowed-tables': '' }],
    ['two', ['--host=::', '--metrics', 'off'], { host: '::', metrics: 'off' }],
  ] as const)
    t.same(parse(args), found, reason);
});

t.test('every setting has a flag that says what it is, what it must be and its default', async (t) => {
  const { options } = addSettingFlags(new Command());
  t.same(
    options.map(({ long }) => long),
    SETTINGS.map(({ name }) => `--${flagOf(name)}`),
  );
  for (const [i, { name, help, expected, ...rest }] of SETTINGS.entries()) {
    const preset = 'default' in rest ? ` (default: "${rest.default}")` : '';
    t.equal(options[i]?.description, `${help}: ${expected}${preset}; or ${name} in the environment`);
    t.equal(options[i]?.defaultValue, undefined, `commander does not know the default of ${name}`);
  }
});

t.test('a command can take a part of them', async (t) => {
  const onlyPort = (name: string): boolean => name === 'PORT';
  t.same(parse(['--port', '1'], onlyPort), { port: '1' });
  t.throws(() => parse(['--host', '::'], onlyPort), { code: 'commander.unknownOption' });
});
