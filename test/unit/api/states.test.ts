import t from 'tap';
import {
  CONDITION_TYPES,
  FINISHED_STATES,
  isFinishedState,
  meaningOf,
  STATE_TABLE,
  stateConditions,
  STATES,
} from '../../../src/api/states.js';

/** Users' alerts, health checks and `kubectl wait` rely on these: a change here changes the API. */
const rows: readonly [kind: string, conditions: object, finished: boolean, states: readonly string[]][] = [
  [
    'under way',
    { Finished: 'False', Succeeded: 'Unknown', Suspended: 'False', Ready: 'False', Reconciling: 'True' },
    false,
    ['Pending', 'Running', 'Retrying', 'Restarting', 'Suspending', 'Cancelling'],
  ],
  ['paused', { Finished: 'False', Succeeded: 'Unknown', Suspended: 'True', Ready: 'False' }, false, ['Suspended']],
  [
    'succeeded',
    { Finished: 'True', Succeeded: 'True', Suspended: 'False', Ready: 'True' },
    true,
    ['PartitionDeleted', 'DryRunComplete'],
  ],
  [
    'failed',
    { Finished: 'True', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' },
    true,
    [
      'Cancelled',
      'InvalidTarget',
      'Incomplete',
      'GuardRefused',
      'TableNotFound',
      'AccessDenied',
      'DeadlineExceeded',
      'BackoffLimitExceeded',
      'Unconfirmed',
      'WorkerFailed',
    ],
  ],
  [
    'blocked',
    { Finished: 'False', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' },
    false,
    ['UnsupportedSpec', 'PolicyViolation', 'Restored'],
  ],
];

for (const [kind, conditions, finished, states] of rows)
  t.test(kind, async (t) => {
    for (const state of STATES.filter((each) => states.includes(each))) {
      t.same(stateConditions(state), conditions, state);
      t.equal(isFinishedState(state), finished, state);
    }
  });

t.test('the states and their order', async (t) => {
  t.same(
    STATES,
    rows.flatMap(([, , , states]) => states),
    'each once, and in the order in which users read them',
  );
  t.same(
    FINISHED_STATES,
    rows.filter(([, , finished]) => finished).flatMap(([, , , states]) => states),
  );
  t.notOk(isFinishedState('Surprise'), 'a state of a newer version is none of ours');
  t.same(Object.keys(STATE_TABLE), STATES);
});

t.test(
  'what to wait for: Succeeded or Stalled, one of which comes, in every state in which nothing more happens',
  async (t) => {
    for (const state of STATES) {
      const conditions: Readonly<Record<string, string | undefined>> = stateConditions(state);
      const waits = conditions.Reconciling === 'True' || conditions.Suspended === 'True';
      const arrived = [conditions.Succeeded, conditions.Stalled].filter((status) => status === 'True');
      t.equal(arrived.length, waits ? 0 : 1, state);
      if (isFinishedState(state)) t.equal(arrived.length, 1, `${state} is among them`);
    }
  },
);

t.test('a meaning is a sentence without a full stop: more may follow it', async (t) => {
  for (const state of STATES) t.match(meaningOf(state), /^[A-Za-z].{15,}[^.:]$/, state);
});

t.test('every condition is a known one', async (t) => {
  for (const state of STATES)
    for (const type of Object.keys(stateConditions(state)))
      t.ok((CONDITION_TYPES as readonly string[]).includes(type), `${state}: ${type}`);
});
