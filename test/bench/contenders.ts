import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';

export interface Contender {
  name: string;
  command: readonly string[];
  /** Where it gets its own requests. */
  env?: NodeJS.ProcessEnv;
}

export interface Ran {
  seconds: number;
  exitCode: number | null;
  output: string;
  /** Of a Node process that ended by itself. */
  cpuSeconds?: number;
  peakMegabytes?: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Peers in plain JavaScript, so that nobody pays for a compiler while the clock runs; their packages stay outside, as ours do. */
export async function contenders(): Promise<
  Record<'ours' | 'unmeasured' | 'serial' | 'loop32' | 'toolbox' | 'raw', Contender> & {
    peer?: Contender;
    /** Another build of the same program. */
    build: (name: string, file: string) => Contender;
  }
> {
  const folder = join(root, 'node_modules', '.cache', 'bench');
  await bundle({
    entryPoints: ['serial-loop', 'loop-32', 'toolbox', 'raw'].map((name) => join(here, 'peers', `${name}.ts`)),
    entryNames: '[name]',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  await bundle({ entryPoints: [join(here, 'measure.ts')], outfile: join(folder, 'measure.mjs'), logLevel: 'warning' });
  const node = (file: string): string[] => [process.execPath, '--import', join(folder, 'measure.mjs'), file];
  const peer = process.env.PEER;
  const program = join(root, 'dist/cli/dynamoctl.js');
  const build = (name: string, file: string): Contender => ({
    name,
    command: [...node(file), 'delete-partition', '-s'],
  });
  return {
    ours: build('dynamoctl', program),
    build,
    // Without what measures it, which takes time of the start.
    unmeasured: { name: 'dist', command: [process.execPath, program, 'delete-partition', '-s'] },
    serial: { name: 'serial loop of the documentation', command: node(join(folder, 'serial-loop.mjs')) },
    loop32: { name: '32-way loop', command: node(join(folder, 'loop-32.mjs')) },
    toolbox: { name: 'dynamodb-toolbox DeletePartition', command: node(join(folder, 'toolbox.mjs')) },
    raw: { name: 'raw limit', command: node(join(folder, 'raw.mjs')) },
    ...(peer ? { peer: { name: peer, command: [peer, '-s'] } } : {}),
  };
}

/** Runs a contender to its end, or until it has had its time. */
export async function runContender(
  { command, env = {} }: Contender,
  {
    endpoint,
    table,
    seconds = 600,
    more = [],
  }: { endpoint: string; table: string; seconds?: number; more?: readonly string[] },
): Promise<Ran> {
  const measure = join(mkdtempSync(join(tmpdir(), 'bench-')), 'measure.json');
  const [program, ...args] = [...command, ...more, '-t', table, '-p', 'p', '-e', endpoint, '-r', 'us-east-1'];
  const start = performance.now();
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ACCESS_KEY_ID: 'dynamoctl',
      AWS_SECRET_ACCESS_KEY: 'dynamoctl',
      AWS_REGION: 'us-east-1',
      BENCH_MEASURE: measure,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (output += String(chunk)));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const ran: Ran = { seconds: (performance.now() - start) / 1000, exitCode, output: output.slice(-2000) };
  try {
    return { ...ran, ...(JSON.parse(readFileSync(measure, 'utf8')) as object) };
  } catch {
    return ran;
  }
}
