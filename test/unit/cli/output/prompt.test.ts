import { PassThrough } from 'node:stream';
import t, { type Test } from 'tap';
import { canDraw, confirm, isAtTerminal, printable } from '../../../../src/cli/output/prompt.js';

/** Which of the process's streams are terminals; Node.js leaves `isTTY` undefined on the others. */
function terminals(t: Test, streams: readonly ('stdin' | 'stdout' | 'stderr')[]): void {
  for (const name of ['stdin', 'stdout', 'stderr'] as const)
    t.intercept(process[name], 'isTTY', { value: streams.includes(name) || undefined });
}

t.test('whether there is a person, and something to draw on', async (t) => {
  const rows: readonly [
    reason: string,
    streams: readonly ('stdin' | 'stdout' | 'stderr')[],
    term: string | undefined,
    asks: boolean,
    draws: boolean,
  ][] = [
    ['at a terminal', ['stdin', 'stdout', 'stderr'], 'xterm', true, true],
    ['no TERM at all', ['stdin', 'stdout', 'stderr'], undefined, true, true],
    ['a cursor that cannot move', ['stdin', 'stdout', 'stderr'], 'dumb', true, false],
    ['the output is piped', ['stdin', 'stderr'], 'xterm', true, false],
    ['the input is piped', ['stdout', 'stderr'], 'xterm', false, true],
    ['the errors go to a file', ['stdin', 'stdout'], 'xterm', false, false],
    ['in a pod', [], undefined, false, false],
  ];
  for (const [reason, streams, term, asks, draws] of rows)
    t.test(reason, async (t) => {
      terminals(t, streams);
      t.equal(isAtTerminal(), asks);
      t.equal(canDraw(term === undefined ? {} : { TERM: term }), draws);
    });
});

t.test('only yes is yes', async (t) => {
  for (const [reason, typed, yes] of [
    ['y', 'y\n', true],
    ['yes, in any case', ' YES \n', true],
    ['no', 'n\n', false],
    ['nothing', '\n', false],
    ['something that begins with y', 'yesterday\n', false],
    ['the end of the input', '', false],
  ] as const)
    t.test(reason, async (t) => {
      const [stdin, stderr] = [new PassThrough(), new PassThrough()];
      t.intercept(process, 'stdin', { value: stdin });
      t.intercept(process, 'stderr', { value: stderr });
      stdin.end(typed);
      t.equal(await confirm('Delete?'), yes);
      t.match(String(stderr.read()), 'Delete? [y/N] ');
    });
});

t.test('a question is not waited for once the worker is told to stop', async (t) => {
  for (const isEarly of [false, true]) {
    t.intercept(process, 'stdin', { value: new PassThrough() });
    t.intercept(process, 'stderr', { value: new PassThrough() });
    const stop = new AbortController();
    if (isEarly) stop.abort();
    const confirmed = confirm('Delete?', stop.signal);
    stop.abort();
    t.equal(await confirmed, false);
  }
});

t.test('a text that is printed moves no cursor', async (t) => {
  for (const [reason, text, printed] of [
    ['plain', 'tenant 1', '"tenant 1"'],
    ['quotes', 'a"b', '"a\\"b"'],
    ['an escape sequence', '\u001b[2J', '"\\u001b[2J"'],
    ['a newline', 'a\nb', '"a\\nb"'],
    ['a control character beyond ASCII', 'a\u009b2J', '"a\ufffd2J"'],
    ['text that runs backwards', 'a\u202eb\u2066c', '"a\ufffdb\ufffdc"'],
    ['letters beyond ASCII', 'Zürich 😀', '"Zürich 😀"'],
  ] as const)
    t.equal(printable(text), printed, reason);
});
