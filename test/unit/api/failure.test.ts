import t from 'tap';
import { EXIT_CODES } from '../../../src/api/exit-codes.js';
import { Failure, Interruption } from '../../../src/api/failure.js';

const FAILURES: readonly [state: Failure['state'], exitCode: number, because: string][] = [
  ['InvalidTarget', EXIT_CODES.InvalidTarget, 'another attempt would end the same way'],
  ['Incomplete', EXIT_CODES.Incomplete, 'another attempt may finish it'],
  ['GuardRefused', EXIT_CODES.GuardRefused, 'a person must decide'],
  ['TableNotFound', EXIT_CODES.TableNotFound, 'there is nothing to delete from'],
  ['AccessDenied', EXIT_CODES.AccessDenied, 'a person must grant access'],
  ['WorkerFailed', EXIT_CODES.bug, 'anything else'],
];
for (const [state, exitCode, because] of FAILURES) {
  const failure = new Failure(state, 'text');
  t.strictSame(
    [failure.state, failure.exitCode, failure.message, failure.name],
    [state, exitCode, 'text', 'Failure'],
    because,
  );
  t.ok(failure instanceof Error, `${state} can be thrown`);
}

t.test('an interruption ends an attempt, and the run only where it names a state', async (t) => {
  const attempt = new Interruption(EXIT_CODES.terminated, 'SIGTERM');
  t.strictSame([attempt.exitCode, attempt.state, attempt.name], [143, undefined, 'Interruption']);
  const run = new Interruption(EXIT_CODES.GuardRefused, 'the target has changed', 'GuardRefused');
  t.strictSame([run.exitCode, run.state], [4, 'GuardRefused']);
});
