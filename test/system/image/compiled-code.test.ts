import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { makeBundle } from '../../support/bundle.js';
import { createTable, startDynalite } from '../../support/dynamodb.js';
import { type Ended, startNode } from '../../support/worker-process.js';

/** The image's build runs `compile.js`, so that a worker need not compile what it runs. Here the same is done to a bundle. */

const made = makeBundle(t);
const compiled = await startNode([join(made, 'dist/cli/compile.js')]).ended;

// As in the image, which may be unpacked anywhere, and read by any user.
const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-elsewhere-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
cpSync(made, folder, { recursive: true });
chmodSync(folder, 0o755);
const modules = join(folder, 'dist/cli');

const engine = await startDynalite();
t.teardown(engine.stop);
await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });

/** Tells of each module whether V8 took its code: preloaded, it stands between the program and `vm.Script`. */
const witness = join(folder, 'witness.cjs');
writeFileSync(
  witness,
  `const vm = require('node:vm');
const { basename } = require('node:path');
const taken = {};
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    taken[basename(options.filename)] = options.cachedData ? !this.cachedDataRejected : undefined;
  }
};
process.on('exit', () => {
  const modules = Object.keys(taken);
  process.stdout.write(JSON.stringify({ modules, without: modules.filter((name) => !taken[name]) }) + '\\n');
});
`,
);

async function run(flags: readonly string[] = [], env: Record<string, string> = {}, uid?: number): Promise<Ended> {
  const program = [join(modules, 'dynamoctl.js'), 'delete-partition', '-s', '-t', 'Orders', '-p', 'a'];
  return startNode([...flags, '-r', witness, ...program, '-e', engine.endpoint], env, uid).ended;
}

interface Witnessed {
  modules: string[];
  without: string[];
}
const witnessed = ({ lines }: Ended) => lines.at(-1) as unknown as Witnessed;

t.test('the build goes through', async (t) => {
  t.match(compiled, { code: 0, stderr: '' });
});

t.test('an ordinary run compiles no module', async (t) => {
  const ended = await run();
  t.match(ended, { code: 0, stderr: '' });
  t.ok(witnessed(ended).modules.length > 15, 'the modules are seen');
  t.same(witnessed(ended).without, []);
});

t.test('nor does one with real credentials', async (t) => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
  const ended = await run([], { DYNAMOCTL_TRUSTED_ENDPOINTS: engine.endpoint, ...keys });
  t.match(ended, { code: 0, lines: [{ realCredentials: true }] });
  t.same(witnessed(ended).without, []);
});

const mayBeOthers = process.getuid?.() === 0;
t.test('nor one of a user that nobody knows', { skip: !mayBeOthers && 'only root can become another' }, async (t) => {
  const before = readdirSync(modules);
  const ended = await run([], {}, 1_000_640_000);
  t.match(ended, { code: 0, stderr: '' });
  t.same(witnessed(ended).without, []);
  t.same(readdirSync(modules), before, 'which writes nothing');
});

t.test('with code that V8 does not take, a run compiles its modules', async (t) => {
  const ended = await run(['--no-lazy']);
  t.match(ended, { code: 0, stderr: '' });
  const { modules: all, without } = witnessed(ended);
  t.same(without, all);
});

t.test('and so it does without code', async (t) => {
  for (const name of readdirSync(modules)) if (name.endsWith('.code')) rmSync(join(modules, name));
  const ended = await run();
  t.match(ended, { code: 0, stderr: '' });
  t.same(witnessed(ended).without, witnessed(ended).modules);
});

t.test('a module that Node.js loads only for a client of WebSockets stays out', async (t) => {
  const list =
    "process.on('exit', () => process.stdout.write(JSON.stringify({ loaded: process.moduleLoadList }) + '\\n'))";
  writeFileSync(join(folder, 'list.cjs'), list);
  const args = ['delete-partition', '-s', '-t', 'Orders', '-p', 'a', '-e', engine.endpoint];
  const { lines } = await startNode(['-r', join(folder, 'list.cjs'), join(modules, 'dynamoctl.js'), ...args]).ended;
  const { loaded } = lines.at(-1) as unknown as { loaded: string[] };
  t.ok(loaded.includes('NativeModule http'), 'the modules are seen');
  t.notOk(loaded.some((name) => name.includes('undici')));
});
