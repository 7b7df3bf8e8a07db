import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { countByPartition, createTable, dropTable } from '../../support/dynamodb.js';
import { atTerminal, type Scene, startScene, terminalEnv, without } from './scene.js';

const WITHOUT_SCRIPT = without('script', '--version');
const WITHOUT_TMUX = without('tmux', '-V');

let scene: Scene;
t.before(async () => (scene = await startScene({ latency: () => 20 })));
t.teardown(() => scene.stop());
const orders = (): Promise<Record<string, number>> => countByPartition(scene.engine.client, 'Orders', 'pk');

const COLOUR = /\u001b\[[0-9;]*m/;
const JSON_LINE = /^\{"level"/m;
const question = (items: string, partition: string): string =>
  `Delete ${items} of partition "${partition}" in table Orders (us-east-1, ${scene.proxy.url})? [y/N]`;

t.test('it asks, and anything but yes deletes nothing: exit code 130', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('kept', 3);
  for (const [what, keys] of [
    ['n', 'n\r'],
    ['Enter', '\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ] as const) {
    const session = atTerminal(scene.command('kept'));
    await session.shows(question('3 items', 'kept'));
    session.type(keys);
    const { code, output } = await session.ended;
    t.equal(code, 130, `${what}: ${output}`);
    t.match(output, 'Nothing was deleted.');
    t.match(output, /Deleting them consumes \d+ to \d+ write units\./);
    t.notMatch(output, JSON_LINE, 'no JSON for a person');
    t.equal((await orders()).kept, 3);
  }
});

t.test('told to stop while it asks, it ends: exit code 143', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('kept', 3);
  const session = atTerminal(`echo "pid $$,"; exec ${scene.command('kept')}`);
  const pid = /pid (\d+),/.exec(await session.shows(question('3 items', 'kept')))?.[1];
  process.kill(Number(pid), 'SIGTERM');
  const { code, output } = await session.ended;
  t.equal(code, 143, output);
  t.match(output, '✘ Interrupted: interrupted by SIGTERM');
  t.equal((await orders()).kept, 3);
});

t.test(
  'a table that was created again while it asked is not the one that was confirmed: exit code 4',
  { skip: WITHOUT_SCRIPT },
  async (t) => {
    const { client } = scene.engine;
    await scene.fill('kept', 3);
    const session = atTerminal(scene.command('kept'));
    await session.shows(question('3 items', 'kept'));
    await dropTable(client, 'Orders');
    await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: 'Orders' });
    await createTable(client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
    await scene.fill('kept', 3);
    session.type('y\r');
    const { code, output } = await session.ended;
    t.equal(code, 4, output);
    t.match(output, '✘ GuardRefused: the table was deleted and created again since its items were counted');
    t.equal((await orders()).kept, 3);
  },
);

t.test('an empty partition: nothing to confirm, exit code 0', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('kept', 3);
  const { code, output } = await atTerminal(scene.command('empty')).ended;
  t.equal(code, 0, output);
  t.match(output, '✔ PartitionDeleted: nothing to delete; a consistent read found no items');
  t.notMatch(output, /\[y\/N\]|Deleting them/);
  t.equal((await orders()).kept, 3);
});

t.test('more than --max-items: no question, nothing deleted, exit code 4', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('kept', 3);
  const { code, output } = await atTerminal(scene.command('kept', '--max-items', '2')).ended;
  t.equal(code, 4, output);
  t.match(output, '✘ GuardRefused: 3 items found, more than the 2 that may be deleted (maxItems); nothing was deleted');
  t.notMatch(output, /\[y\/N\]|Deleting them/);
  t.equal((await orders()).kept, 3);
  const session = atTerminal(scene.command('kept', '--max-items', '3'));
  await session.shows(question('3 items', 'kept'));
  session.type('n\r');
  t.equal((await session.ended).code, 130, 'as many are asked about');
});

t.test('yes deletes; a bar, then a summary', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('one', 1);
  await scene.fill('gone', 300);
  const single = atTerminal(scene.command('one'));
  await single.shows(question('1 item', 'one'));
  single.type('yes\r');
  t.equal((await single.ended).code, 0);
  const session = atTerminal(scene.command('gone'));
  await session.shows(question('300 items', 'gone'));
  session.type('y\r');
  const { code, output } = await session.ended;
  t.equal(code, 0, output);
  t.match(output, /Counting/);
  t.match(output, /Deleting.*of 300 items/);
  t.match(output, '✔ PartitionDeleted: 300 items deleted; a consistent read found nothing left');
  t.match(output, /deleted.* 300 items of 300 found/);
  t.match(output, /proof.* a consistent read after the last write found nothing/);
  t.match(output, COLOUR);
  t.notMatch(output, JSON_LINE);
  const after = output.slice(output.indexOf('✔'));
  t.notMatch(after, 'gone', 'the key is in the question only');
  t.match(output, '\u001b[?25h', 'the cursor is shown again');
  t.strictSame(await orders(), { kept: 3 });
});

t.test('-s does not ask; without a count the total is what was found so far', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('gone', 60);
  const { code, output } = await atTerminal(scene.command('gone', '-s')).ended;
  t.equal(code, 0, output);
  t.notMatch(output, /\[y\/N\]|Counting/);
  t.match(output, 'found so far');
  t.match(output, 'PartitionDeleted');
});

t.test('NO_COLOR: the bar without colours', { skip: WITHOUT_SCRIPT }, async (t) => {
  await scene.fill('gone', 60);
  const { code, output } = await atTerminal(scene.command('gone', '-s'), { NO_COLOR: '1' }).ended;
  t.equal(code, 0, output);
  t.match(output, /Deleting {2}[█░]+/);
  t.notMatch(output, COLOUR);
});

t.test('a terminal that cannot move its cursor, or a pipe, gets JSON lines', { skip: WITHOUT_SCRIPT }, async (t) => {
  for (const [command, env] of [
    [scene.command('kept', '--dry-run'), { TERM: 'dumb' }],
    [`${scene.command('kept', '--dry-run')} | cat`, {}],
  ] as const) {
    const { output } = await atTerminal(command, env).ended;
    t.match(output, /"outcome":"DryRunComplete"/);
    t.notMatch(output, /Counting|✔/);
  }
});

t.test('a count that fails ends the run: no question, nothing deleted', { skip: WITHOUT_SCRIPT }, async (t) => {
  const missing = scene.command('kept', '-t', 'Nowhere');
  const { code, output } = await atTerminal(missing).ended;
  t.equal(code, 5, output);
  t.match(output, '✘ TableNotFound: the table does not exist');
  t.match(output, /exit code.* 5/);
  t.notMatch(output, '[y/N]');
  t.equal((await orders()).kept, 3);
});

t.test('Ctrl-C in mid-run drains, and says so', { skip: WITHOUT_SCRIPT }, async (t) => {
  const slow = await startScene({ latency: () => 250 });
  t.teardown(() => slow.stop());
  await slow.fill('long', 2000);
  const session = atTerminal(slow.command('long', '-s'));
  await session.shows(/[1-9]\d* of 2,000 items found so far|[1-9]\d* of 1,000 items found so far/);
  session.type('\u0003');
  const { code, output } = await session.ended;
  t.equal(code, 130, output);
  t.match(output, 'Stopping');
  t.match(output, '✘ Interrupted: interrupted by SIGINT');
  const left = (await countByPartition(slow.engine.client, 'Orders', 'pk')).long ?? 0;
  t.ok(left > 0 && left < 2000, `${left} remain`);
  t.match(
    output.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, ''),
    `${2000 - left === 1 ? 1 : (2000 - left).toLocaleString('en-US')} item`,
  );
});

/** What a person sees at this moment, from a real terminal emulator. */
function screen(t: Test, command: string, env: Record<string, string> = {}) {
  const socket = join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'tmux');
  const tmux = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-S', socket, ...args], {
      encoding: 'utf8',
      env: terminalEnv(),
    });
    if (status !== 0) throw new Error(`tmux ${args[0]} ended with ${status}: ${stderr}`);
    return stdout;
  };
  const variables = Object.entries(terminalEnv(env)).flatMap(([name, value]) =>
    name === 'TERM' ? [] : ['-e', `${name}=${value}`],
  );
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    '160',
    '-y',
    '12',
    ...variables,
    `${command}; printf 'ended with %s\\n' $?; cat`,
  );
  t.teardown(() => tmux('kill-server'));
  const look = (): string => tmux('capture-pane', '-p').trimEnd();
  return {
    look,
    shows: async (text: RegExp): Promise<string> => {
      for (;;) {
        const shown = look();
        if (text.test(shown)) return shown;
        if (/^ended with/m.test(shown)) throw new Error(`never showed ${text}: ${shown}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    type: (keys: string) => tmux('send-keys', keys),
  };
}

t.test('in mid-run: two lines, and warnings above them, whole', { skip: WITHOUT_TMUX }, async (t) => {
  const busy = await startScene({
    latency: () => 60,
    limits: { Orders: { range: { unitsPerSecond: 150, burstSeconds: 0.25 } } },
  });
  t.teardown(() => busy.stop());
  await busy.fill('long', 1500);
  const terminal = screen(t, busy.command('long', '-s'));
  const shown = await terminal.shows(/throttled/);
  const lines = (await terminal.shows(/items\/s.*throttled/)).split('\n');
  t.match(lines.at(-2), /^Deleting {2}[█░]+ {2}[\d,]+ of [\d,]+ items found so far$/, shown);
  t.match(lines.at(-1), /^ {10}[\d,.]+ items\/s · [\d,.]+ write units\/s, [\d,]+ in all · ETA .* · (was )?throttled/);
  t.equal(
    lines.filter((line) => /^(Deleting|Counting|Checking)/.test(line)).length,
    1,
    'drawn over, not again and again',
  );
  for (const line of lines.slice(0, -2))
    t.match(line, /^((starting|found the table|warning: \w.*) \(.*\)|the table is on-demand, .* share of)$/, 'whole');
  terminal.type('C-c');
  const after = await terminal.shows(/^ended with/m);
  t.match(after, 'ended with 130');
  t.match(after, /✘ Interrupted/);
  t.notMatch(after, /^(Deleting|Stopping)/m, 'the bar is gone, the summary stays');
  const left = (await countByPartition(busy.engine.client, 'Orders', 'pk')).long ?? 0;
  t.ok(left > 0, 'it was in mid-run');
});
