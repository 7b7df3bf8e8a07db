import { spawn } from 'node:child_process';
import type { Invocation } from './subcommands.js';

/** What kubectl said. */
export interface Answer {
  code: number;
  stdout: string;
  /** A person has seen it already. */
  stderr: string;
}

/** Runs kubectl. */
export interface Kubectl {
  /** What it writes to stderr is shown at once: it may be how to log in. */
  ask: (invocation: Invocation) => Promise<Answer>;
  /** With this process's own streams. @returns its exit code */
  show: (invocation: Invocation) => Promise<number>;
}

/** What a shell reports for a program that is not there. */
const NOT_FOUND = 127;
const MISSING = 'kubectl is not on the PATH: kubectl-ddp runs it to reach the cluster\n';

/**
 * The kubectl of the PATH, with flags that say which cluster and whose rights. Without a shell: a name is never interpreted.
 * @param complain - shows what it writes to stderr
 */
export function kubectlOnPath(connection: Invocation, complain: (text: string) => void): Kubectl {
  return {
    ask: (invocation) =>
      new Promise((resolve) => {
        const child = spawn('kubectl', [...invocation, ...connection], { stdio: ['inherit', 'pipe', 'pipe'] });
        let [stdout, stderr] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
          complain(text);
        });
        child.on('error', (error) => {
          complain(whyNot(error));
          resolve({ code: NOT_FOUND, stdout: '', stderr: '' });
        });
        child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
      }),
    show: (invocation) =>
      new Promise((resolve) => {
        const child = spawn('kubectl', [...invocation, ...connection], { stdio: 'inherit' });
        child.on('error', (error) => {
          complain(whyNot(error));
          resolve(NOT_FOUND);
        });
        child.on('close', (code) => resolve(code ?? 1));
      }),
  };
}

const whyNot = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? MISSING : `kubectl cannot be run: ${error.message}\n`;
