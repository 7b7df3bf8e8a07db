import t from 'tap';
import { Failure, Interruption } from '../../../src/api/failure.js';
import { nameOf } from '../../../src/dynamodb/errors.js';
import { endingOf } from '../../../src/deletion/outcome.js';
import { recordedLog } from '../../support/recorded-log.js';

t.test('how an attempt ends that threw', async (t) => {
  for (const [reason, error, ending] of [
    [
      'a failure that has a name',
      new Failure('TableNotFound', 'gone'),
      { state: 'TableNotFound', exitCode: 5, message: 'gone' },
    ],
    ['an interruption has no state', new Interruption(143, 'stop'), { exitCode: 143, message: 'stop' }],
    [
      'an interruption that ends the run has one',
      new Interruption(4, 'stop', 'GuardRefused'),
      { state: 'GuardRefused', exitCode: 4, message: 'stop' },
    ],
    [
      'anything else is a bug',
      new TypeError('secret'),
      { state: 'WorkerFailed', exitCode: 1, message: 'an unexpected error: TypeError' },
    ],
    [
      'so is what is not even an error',
      'secret',
      { state: 'WorkerFailed', exitCode: 1, message: 'an unexpected error: unknown error' },
    ],
  ] as const)
    t.strictSame(endingOf(error, recordedLog()), ending, reason);
});

t.test('of an unexpected error, name and stack frames are logged, never its message', async (t) => {
  const log = recordedLog();
  endingOf(new TypeError('secret\nsecret'), log);
  t.match(log.lines, [
    {
      level: 'warn',
      fields: { error: 'TypeError', frames: [/at .*outcome\.test/] },
      message: /^an unexpected error$/,
    },
  ]);
  endingOf(new TypeError('a line\nsecret at secret'), log);
  const frame = '    at call (file.ts:1:1)';
  endingOf(Object.assign(new Error(), { stack: ['Error', ...Array<string>(20).fill(frame)].join('\n') }), log);
  t.strictSame(log.lines.at(-1)?.fields, { error: 'Error', frames: Array(12).fill(frame) }, 'no more than twelve');
  const withoutStack = Object.assign(new Error('secret'), { stack: undefined });
  for (const error of [withoutStack, 'secret']) {
    endingOf(error, log);
    t.strictSame(log.lines.at(-1)?.fields, { error: nameOf(error), frames: [] }, 'no stack, no frames');
  }
  t.notMatch(JSON.stringify(log.lines), /secret/);
});
