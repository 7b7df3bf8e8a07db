import { Command } from 'commander';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { addSettingFlags, settingFlags } from '../operator/setting-flags.js';
import { InvalidSettings } from '../operator/read-settings.js';

/** `dynamoctl operator`. Each setting has a flag of the same name. */
export function operatorCommand(): Command {
  const command = new Command('operator').description(
    "serve Metacontroller's hooks (POST /sync, POST /finalize) and GET /healthz, /readyz",
  );
  return addSettingFlags(command).action(async () => {
    try {
      // Loaded only now, because help and completion need no server.
      const { runOperator } = await import('../operator/serve.js');
      await runOperator(process.env, settingFlags(command));
    } catch (error) {
      process.stderr.write(`dynamoctl operator: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = error instanceof InvalidSettings ? EXIT_CODES.InvalidTarget : EXIT_CODES.bug;
    }
  });
}
