import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The program that `npm run build` builds and the image runs. */
const EXECUTABLE = fileURLToPath(new URL('../../dist/cli/dynamoctl.js', import.meta.url));

export interface Running {
  child: ChildProcess;
  /** Called with every line of its log. */
  lines: string[];
  exitCode: Promise<number>;
}

/** Starts the built `dynamoctl` with this environment and, of ours, only what Node.js needs. */
export function startDynamoctl(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    // Node.js warnings (such as the SDK's about Node.js 20) would appear between the lines.
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const exitCode = once(child, 'close').then(([code]) => (code as number | null) ?? 1);
  return { child, lines, exitCode };
}

/** The operator on a free port, once it says that it is ready. */
export async function startOperator(env: Record<string, string> = {}): Promise<Running & { url: string }> {
  const running = startDynamoctl(['operator', '--port', '0', '--host', '127.0.0.1'], env);
  const ended = running.exitCode.then((code) => {
    throw new Error(`the operator ended with ${code}: ${running.lines.join('\n')}`);
  });
  ended.catch(() => undefined);
  const { stdout } = running.child;
  for (;;) {
    const port = running.lines.map(portOf).find((found) => found !== undefined);
    if (port !== undefined) return { ...running, url: `http://127.0.0.1:${port}` };
    await Promise.race([ended, once(stdout as NonNullable<typeof stdout>, 'data')]);
  }
}

function portOf(line: string): number | undefined {
  const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
  return msg === 'ready' ? port : undefined;
}
