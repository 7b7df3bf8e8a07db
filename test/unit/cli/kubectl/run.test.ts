import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../../../src/api/names.js';
import type { Answer } from '../../../../src/cli/kubectl/kubectl.js';
import type { Seen } from '../../../../src/cli/kubectl/resource.js';
import { runSubcommand, type World } from '../../../../src/cli/kubectl/run.js';
import type { Subcommand } from '../../../../src/cli/kubectl/subcommands.js';
import { seen } from '../../../support/seen.js';

interface Played {
  resource?: Seen;
  get?: Partial<Answer>;
  whoami?: Partial<Answer>;
  patch?: Partial<Answer>;
  world?: Partial<World>;
}

/** Runs a subcommand against a kubectl that answers as told. */
async function play(
  subcommand: Subcommand,
  { resource = seen(), get = {}, whoami = {}, patch = {}, world = {} }: Played = {},
) {
  const ran: string[] = [];
  const [out, err]: [string[], string[]] = [[], []];
  const asked: string[] = [];
  const code = await runSubcommand(subcommand, 'erase-tenant', {
    kubectl: {
      ask: async (invocation) => {
        ran.push(invocation.join(' '));
        const answers: Record<string, Partial<Answer>> = {
          get: { stdout: JSON.stringify(resource), ...get },
          auth: { stdout: JSON.stringify({ status: { userInfo: { username: 'ben' } } }), ...whoami },
          patch,
        };
        return { code: 0, stdout: '', stderr: '', ...answers[invocation[0] ?? ''] };
      },
      show: async (invocation) => {
        ran.push(invocation.join(' '));
        return 7;
      },
    },
    connection: ['--namespace=shop'],
    print: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    isAtTerminal: () => true,
    confirm: async (question) => {
      asked.push(question);
      return true;
    },
    yes: false,
    ...world,
  });
  return { code, ran, out: out.join('\n'), err: err.join('\n'), asked };
}
const patches = (ran: readonly string[]): string[] => ran.filter((line) => line.startsWith('patch'));

t.test('status reads, and changes nothing', async (t) => {
  const { code, ran, out } = await play('status');
  t.equal(code, 0);
  t.equal(ran.length, 1);
  t.match(
    out,
    /next .*kubectl ddp approve erase-tenant --namespace=shop$/,
    'what can be copied, in the same namespace',
  );
});

t.test("kubectl's own failure ends it, with kubectl's exit code; what it said has been shown", async (t) => {
  const get = { code: 7, stderr: 'Error from server (NotFound): no such thing\n' };
  for (const subcommand of ['status', 'approve', 'logs', 'receipt'] as const) {
    const { code, out, err, ran } = await play(subcommand, { get });
    t.strictSame({ code, out, err, calls: ran.length }, { code: 7, out: '', err: '', calls: 1 }, subcommand);
  }
  for (const subcommand of ['suspend', 'resume', 'cancel'] as const)
    t.match(await play(subcommand, { patch: { code: 3, stderr: 'no\n' } }), { code: 3, out: '', err: '' });
});

t.test('suspend, resume and cancel: one patch each, without a look before it', async (t) => {
  for (const [subcommand, change, said] of [
    ['suspend', '{"spec":{"suspend":true}}', /is to pause/],
    ['resume', '{"spec":{"suspend":false}}', /is to go on/],
    ['cancel', '{"spec":{"cancel":true}}', /is to stop for good/],
  ] as const) {
    const { code, ran, out } = await play(subcommand);
    t.equal(code, 0);
    t.equal(ran.length, 1);
    t.match(ran[0], `--patch=${change}`);
    t.match(out, said);
  }
});

t.test('approve asks, and patches what was seen', async (t) => {
  const { code, ran, out, asked } = await play('approve');
  t.equal(code, 0);
  t.match(asked, [/^Delete 2,500 items .* from table Orders/]);
  t.equal(patches(ran).length, 1);
  t.match(patches(ran)[0], '{"metadata":{"uid":"7f3a","resourceVersion":"4711"},"spec":{"mode":"Execute"}}');
  t.match(out, /^Approved: erase-tenant deletes 2,500 items/);
});

t.test('approve names who approves, where the creator is named', async (t) => {
  const resource = seen({ metadata: { annotations: { [CREATED_BY_ANNOTATION]: 'ann' } } });
  const { code, ran, out } = await play('approve', { resource });
  t.equal(code, 0);
  t.match(
    patches(ran)[0],
    `{"metadata":{"uid":"7f3a","resourceVersion":"4711","annotations":{"${APPROVED_BY_ANNOTATION}":"ben"}},"spec":{"mode":"Execute"}}`,
  );
  t.match(out, /^Approved by ben: erase-tenant deletes 2,500 items/);
  for (const [claim, whoami, expected] of [
    ['kubectl does not know', { code: 7, stdout: '' }, 7],
    ['an answer without a name', { stdout: '{"status":{}}' }, 1],
    ['no answer', { stdout: '' }, 1],
  ] as const) {
    const ended = await play('approve', { resource, whoami });
    t.equal(ended.code, expected, claim);
    t.match(
      ended.err,
      /^Not approved: kubectl auth whoami does not say your user name, and erase-tenant names its/,
      claim,
    );
    t.same([...patches(ended.ran), ...ended.asked], [], claim);
  }
  t.notMatch((await play('approve')).ran.join('\n'), 'whoami', 'where no creator is named, nobody is asked');
});

t.test('approve lets what waits for another person begin', async (t) => {
  const resource = seen({
    metadata: { annotations: { [CREATED_BY_ANNOTATION]: 'ann' } },
    spec: { mode: 'Execute', suspend: true },
    state: 'Suspended',
    status: { mode: 'Execute', dryRun: { completionTime: '2026-11-30T02:00:00Z' } },
  });
  const { code, ran, out, asked } = await play('approve', { resource });
  t.equal(code, 0);
  t.match(asked, [/^Delete from table Orders in us-east-1: one whole partition\? Nothing was counted\./]);
  t.match(patches(ran), [
    `{"metadata":{"uid":"7f3a","resourceVersion":"4711","annotations":{"${APPROVED_BY_ANNOTATION}":"ben"}},"spec":{"suspend":false}}`,
  ]);
  t.match(out, /^Approved by ben: erase-tenant deletes one whole partition\. See: /);
});

t.test('what may not be resumed without a name is approved instead', async (t) => {
  const stderr = `Error from server (Invalid): set the annotation ${APPROVED_BY_ANNOTATION} to ben\n`;
  const { code, err } = await play('resume', { patch: { code: 1, stderr } });
  t.equal(code, 1);
  t.equal(
    err,
    'erase-tenant has not begun, so another person than its creator lets it: kubectl ddp approve erase-tenant --namespace=shop',
  );
  t.equal((await play('resume', { patch: { code: 1, stderr: 'Forbidden' } })).err, '', 'not after another refusal');
});

t.test('approve patches nothing without a yes', async (t) => {
  const rows: readonly [claim: string, played: Played, code: number, says: RegExp][] = [
    ['the answer is no', { world: { confirm: async () => false } }, 130, /^Not approved\.$/],
    ['nobody to ask', { world: { isAtTerminal: () => false } }, 2, /2,500 items[^]*pass --yes/],
    ['no count', { resource: seen({ state: 'Running' }), world: { yes: true } }, 4, /cannot be approved: its count is/],
  ];
  for (const [claim, played, code, says] of rows) {
    const ended = await play('approve', played);
    t.equal(ended.code, code, claim);
    t.match(ended.err, says, claim);
    t.same(patches(ended.ran), [], claim);
    t.equal(ended.out, '', claim);
  }
});

t.test('--yes asks nothing, with or without a terminal', async (t) => {
  const { code, asked } = await play('approve', { world: { yes: true, isAtTerminal: () => false } });
  t.equal(code, 0);
  t.same(asked, []);
});

t.test('what has changed since it was seen is not approved', async (t) => {
  const patch = { code: 1, stderr: 'Error from server (Conflict): Operation cannot be fulfilled\n' };
  const { code, out, err } = await play('approve', { patch });
  t.equal(code, 1);
  t.equal(out, '');
  t.match(err, /^Not approved: erase-tenant has changed since it was read\. Look at it again/);
  t.notMatch((await play('approve', { patch: { code: 1, stderr: 'Forbidden' } })).err, /has changed/);
});

t.test('logs follows the Job of the run', async (t) => {
  const resource = seen({ status: { job: { name: 'erase-tenant-1a2b' } } });
  t.match(await play('logs', { resource }), {
    code: 7,
    ran: { 1: 'logs job/erase-tenant-1a2b --container=worker --follow' },
  });
  t.match(await play('logs'), { code: 4, err: /has no Job yet/ });
});

t.test('receipt prints it, or says that there is none', async (t) => {
  t.match(await play('receipt', { resource: seen({ status: { receipt: 'a.b.c' } }) }), { code: 0, out: 'a.b.c' });
  t.match(await play('receipt'), { code: 4, out: '', err: /has no receipt: only a successful run has one/ });
});
