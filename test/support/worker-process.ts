import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../src/cli/dynamoctl.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The JSON lines of stdout. */
  lines: Record<string, unknown>[];
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with the first log line that matches. */
  said: (message: RegExp) => Promise<Record<string, unknown>>;
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Starts `dynamoctl` from source as a process, without a terminal and with only the given AWS variables in its environment. */
export const startDynamoctl = (
  args: readonly string[],
  env: Record<string, string> = {},
  nodeOptions: readonly string[] = ['--no-warnings'],
): Started => startNode([...nodeOptions, '--import', TSX, ENTRY, ...args], env);

/** Starts a program of Node.js in the same surroundings, as another user if one is given. */
export function startNode(args: readonly string[], env: Record<string, string> = {}, uid?: number): Started {
  const clean = Object.entries(process.env).filter(([name]) => !/^(AWS|DYNAMOCTL|TAP|NODE_OPTIONS|_TAPJS)/.test(name));
  const all = { ...Object.fromEntries(clean), AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', ...env };
  // The test runner gives each Node.js a recorder that writes to a folder which another user may not write to. `env -i` takes it away.
  const only = ['-i', ...Object.entries(all).map(([name, value]) => `${name}=${value}`), process.execPath, ...args];
  const [command, rest] = uid === undefined ? [process.execPath, args] : ['env', only];
  const child = spawn(command, rest, {
    env: all,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    ended: new Promise((resolve) =>
      child.on('close', (code) => resolve({ code, stdout, stderr, lines: linesOf(stdout) })),
    ),
    said: (message) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = linesOf(stdout).find(({ msg }) => message.test(String(msg)));
          if (!line) return;
          // A program that is measured may say much more, and reading it all again would take time from the measurement.
          child.stdout.off('data', look);
          resolve(line);
        };
        child.stdout.on('data', look);
        child.on('close', () => reject(new Error(`never said ${message}: ${stdout}${stderr}`)));
        look();
      }),
  };
}

export const runDynamoctl = (...started: Parameters<typeof startDynamoctl>): Promise<Ended> =>
  startDynamoctl(...started).ended;
