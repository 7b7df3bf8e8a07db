import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs kubectl to its end; `input` becomes its standard input. Never throws because of what kubectl says. */
export async function kubectl(args: readonly string[], input?: string): Promise<Output> {
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: (code as number | null) ?? 1, stdout, stderr };
}

/** kubectl where anything but success is a mistake of the test or of the cluster. @returns standard output */
export async function mustKubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
