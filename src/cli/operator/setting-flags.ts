import { type Command, Option } from 'commander';
import { flagOf, type SettingName, SETTINGS } from '../../api/settings.js';

/** Adds flags for settings to a command. Commander is not given their defaults, because the environment overrides them. */
export function addSettingFlags(command: Command, wanted: (name: SettingName) => boolean = () => true): Command {
  for (const { name, help, expected, ...rest } of SETTINGS.filter((setting) => wanted(setting.name))) {
    const preset = 'default' in rest ? ` (default: "${rest.default}")` : '';
    command.addOption(
      new Option(`--${flagOf(name)} <value>`, `${help}: ${expected}${preset}; or ${name} in the environment`),
    );
  }
  return command;
}

/** The settings that were given as flags, by the flags' names. */
export function settingFlags(command: Command): Record<string, string | undefined> {
  return Object.fromEntries(
    SETTINGS.map(({ name }) => [flagOf(name), command.getOptionValue(camelCase(flagOf(name))) as string | undefined]),
  );
}

const camelCase = (flag: string): string => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
