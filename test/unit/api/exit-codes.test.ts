import t from 'tap';
import {
  EXIT_CODES,
  FAIL_JOB_EXIT_CODES,
  IGNORED_EXIT_CODES,
  STATE_OF_EXIT_CODE,
} from '../../../src/api/exit-codes.js';
import { Failure } from '../../../src/api/failure.js';
import type { FailedState } from '../../../src/api/states.js';

/** Scripts and the Jobs of older versions rely on these: the meaning of an exit code never changes. */
const rows: readonly [code: number, name: keyof typeof EXIT_CODES, state: FailedState | undefined, policy: string][] = [
  [0, 'done', undefined, 'succeeds'],
  [1, 'bug', 'WorkerFailed', 'tries again'],
  [2, 'InvalidTarget', 'InvalidTarget', 'fails the Job'],
  [3, 'Incomplete', 'Incomplete', 'tries again'],
  [4, 'GuardRefused', 'GuardRefused', 'fails the Job'],
  [5, 'TableNotFound', 'TableNotFound', 'fails the Job'],
  [6, 'AccessDenied', 'AccessDenied', 'fails the Job'],
  [130, 'interrupted', undefined, 'does not count'],
  [143, 'terminated', undefined, 'does not count'],
];

for (const [code, name, state, policy] of rows)
  t.test(`exit code ${code}: ${name}`, async (t) => {
    t.equal(EXIT_CODES[name], code);
    t.equal(STATE_OF_EXIT_CODE[code], state);
    t.equal(FAIL_JOB_EXIT_CODES.includes(code), policy === 'fails the Job');
    t.equal(IGNORED_EXIT_CODES.includes(code), policy === 'does not count');
    if (state) t.equal(new Failure(state, 'text').exitCode, code, 'a failure of that name ends with it');
  });

t.same(Object.keys(EXIT_CODES).sort(), rows.map(([, name]) => name).sort(), 'there are no others');
