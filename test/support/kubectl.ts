import { execFile } from 'node:child_process';

export interface Ran {
  ok: boolean;
  out: string;
  err: string;
}

/** Runs kubectl with KUBECONFIG; does not throw if kubectl fails. */
export function tryKubectl(args: readonly string[], input?: string, timeoutSeconds = 180): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      'kubectl',
      [...args],
      { timeout: timeoutSeconds * 1000, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ ok: error === null, out, err: err || (error?.message ?? '') }),
    );
    child.stdin?.end(input);
  });
}

/** @throws Error with kubectl's own message */
export async function kubectl(...args: string[]): Promise<string> {
  const { ok, out, err } = await tryKubectl(args);
  if (!ok) throw new Error(`kubectl ${args.join(' ')}: ${err}`);
  return out;
}

export async function apply(...objects: object[]): Promise<string> {
  const manifest = { apiVersion: 'v1', kind: 'List', items: objects };
  const { ok, out, err } = await tryKubectl(['apply', '-f', '-'], JSON.stringify(manifest));
  if (!ok) throw new Error(`kubectl apply: ${err}`);
  return out;
}

/** The object, or undefined if it does not exist. */
export async function get<T>(kind: string, name: string, namespace: string): Promise<T | undefined> {
  const { ok, out, err } = await tryKubectl(['get', kind, name, '-n', namespace, '-o', 'json', '--ignore-not-found']);
  if (!ok) throw new Error(`kubectl get ${kind} ${name}: ${err}`);
  return out.trim() === '' ? undefined : (JSON.parse(out) as T);
}

export async function list<T>(kind: string, namespace: string, selector?: string): Promise<T[]> {
  const out = await kubectl(
    'get',
    kind,
    '-n',
    namespace,
    '-o',
    'json',
    ...(selector === undefined ? [] : ['-l', selector]),
  );
  return (JSON.parse(out) as { items: T[] }).items;
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Polls until there is an answer. @returns the answer. @throws Error naming what did not arrive in time */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { seconds = 90, every = 500 } = {},
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(every);
  }
}
