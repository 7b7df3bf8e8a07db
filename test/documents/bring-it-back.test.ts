import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../support/dynamodb.js';
import { commandsOf } from './pages.js';

const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;
const WITHOUT_TOOLS = !(has('aws') && has('jq')) && 'aws or jq is not on the PATH';

const commands = commandsOf('docs/bring-it-back.md');
/** The command of the page that begins so. */
const command = (start: string): string => {
  const found = commands.filter((line) => line.startsWith(start));
  if (found.length !== 1) throw new Error(`${found.length} commands begin with ${start}`);
  return found[0]!;
};

let engine: Engine;
t.before(async () => void (engine = await startDynalite()));
t.teardown(() => engine.stop());

/** A folder, and what runs a command of the page in it, against the engine. */
function shell() {
  const folder = mkdtempSync(join(tmpdir(), 'bring-it-back-'));
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  // Not synchronously: the engine runs in this process.
  const run = async (line: string): Promise<string> =>
    (await promisify(execFile)('sh', ['-c', line], { cwd: folder, env, timeout: 120_000 })).stdout;
  return { folder, run };
}

const item = (pk: string, sk: number, text: string) => ({ pk: { S: pk }, sk: { N: `${sk}` }, text: { S: text } });

t.test('a partition is copied back, and nothing is overwritten', { skip: WITHOUT_TOOLS }, async (t) => {
  for (const name of ['Orders', 'Orders-restored'])
    await createTable(engine.client, { name, partition: ['pk', 'S'], sort: ['sk', 'N'] });
  const restored = [1, 2, 3].map((sk) => item('TESTTENANTID', sk, `"old" \\ ${sk} $HOME`));
  await putItems(engine.client, 'Orders-restored', [...restored, item('OTHER', 1, 'old')]);
  await putItems(engine.client, 'Orders', [item('TESTTENANTID', 2, 'new')]);
  const { run } = shell();
  for (const start of ['echo \'{"#k"', 'echo \'{":v"', 'aws dynamodb query']) await run(command(start));
  t.equal((await run(command("jq '.Items | length'"))).trim(), '3');
  await run(command("jq -c '.Items[]'"));
  t.same(await countByPartition(engine.client, 'Orders', 'pk'), { TESTTENANTID: 3 });
  for (const [sk, text] of [
    [1, '"old" \\ 1 $HOME'],
    [2, 'new'],
    [3, '"old" \\ 3 $HOME'],
  ] as const) {
    const Key = { pk: { S: 'TESTTENANTID' }, sk: { N: `${sk}` } };
    const { Item } = await engine.client.send(new GetItemCommand({ TableName: 'Orders', Key }));
    t.same(Item, item('TESTTENANTID', sk, text), `${sk}`);
  }
  t.match(await run('jq -r .sk.N not-written.json'), /^2\n$/, 'what was there again is told');
  await run(command('rm '));
  t.equal(await run('ls'), '');
});

t.test('the items of an export', { skip: WITHOUT_TOOLS }, async (t) => {
  const { folder, run } = shell();
  await run('mkdir data');
  const lines = [item('TESTTENANTID', 1, 'old'), item('OTHER', 1, 'old')].map((Item) => JSON.stringify({ Item }));
  writeFileSync(join(folder, 'data/a.json.gz'), gzipSync(`${lines.join('\n')}\n`));
  await run(command('zcat '));
  t.same(JSON.parse(await run("jq -c '.Items[]' partition.json")), item('TESTTENANTID', 1, 'old'));
});
