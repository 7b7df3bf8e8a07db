import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTable, type Engine, putItems, startDynalite } from '../../support/dynamodb.js';
import { FaultyDynamoDb, type FaultyDynamoDbOptions } from '../../models/dynamodb/throttling-proxy/index.js';

const ENTRY = fileURLToPath(new URL('../../../src/cli/dynamoctl.ts', import.meta.url));

/** dynalite with a table, and a slow proxy before it, so that mid-run lasts. */
export interface Scene {
  engine: Engine;
  proxy: FaultyDynamoDb;
  fill: (partition: string, count: number) => Promise<void>;
  /** The command line that deletes a partition through the proxy, for a shell. */
  command: (partition: string, ...more: string[]) => string;
  stop: () => Promise<void>;
}

export async function startScene(options: Omit<FaultyDynamoDbOptions, 'upstream'>): Promise<Scene> {
  const engine = await startDynalite();
  await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
  const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint, ...options });
  proxy.recordRequests = false;
  return {
    engine,
    proxy,
    fill: (partition, count) =>
      putItems(
        engine.client,
        'Orders',
        Array.from({ length: count }, (_, i) => ({ pk: { S: partition }, sk: { S: `order-${i}` } })),
      ),
    command: (partition, ...more) =>
      [process.execPath, '--no-warnings', '--import', import.meta.resolve('tsx'), ENTRY, 'delete-partition']
        .concat(['-t', 'Orders', '-p', partition, '-r', 'us-east-1', '-e', proxy.url], more)
        .map((word) => `'${word}'`)
        .join(' '),
    stop: async () => {
      await proxy.close();
      await engine.stop();
    },
  };
}

/** The environment without variables of AWS or for colors, except those given. */
export function terminalEnv(more: Record<string, string> = {}): Record<string, string> {
  const { PATH = '', HOME = '/' } = process.env;
  const quiet = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' };
  return { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...quiet, ...more };
}

/** Why a tool cannot be used; false if it can. */
export const without = (tool: string, ...args: string[]): string | false =>
  spawnSync(tool, args).status !== 0 && `${tool} is not on the PATH`;

export interface Session {
  /** Resolves once the terminal shows it, with all that it has shown. Rejects when the command ended without. */
  shows: (text: string | RegExp) => Promise<string>;
  type: (keys: string) => void;
  /** Everything written to the terminal, including escape sequences. */
  ended: Promise<{ code: number | null; output: string }>;
}

/** Runs a command on a real terminal of 100 columns, created by util-linux's `script`. */
export function atTerminal(command: string, env: Record<string, string> = {}): Session {
  const child = spawn('script', ['-qefc', `stty cols 100 rows 30; ${command}`, '/dev/null'], { env: terminalEnv(env) });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    type: (keys) => child.stdin.write(keys),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof text === 'string' ? output.includes(text) : text.test(output)) resolve(output);
        };
        child.stdout.on('data', look);
        child.on('close', () => reject(new Error(`never showed ${text}: ${output}`)));
        look();
      }),
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))),
  };
}
