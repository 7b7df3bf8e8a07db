import t from 'tap';
import { type State, stateConditions, STATES } from '../../../../src/api/states.js';
import { conditionsOf, type ConditionsInput } from '../../../../src/operator/desired/conditions.js';
import { NOW, seconds } from '../../../support/builders.js';

const input: ConditionsInput = {
  state: 'Running',
  message: 'text',
  previous: [],
  generation: 3,
  now: NOW,
};

t.test('each state shows its row of the table, and nothing else', async (t) => {
  for (const state of STATES) {
    const conditions = conditionsOf({ ...input, state });
    t.same(Object.fromEntries(conditions.map(({ type, status }) => [type, status])), stateConditions(state), state);
    for (const condition of conditions) {
      const { type, status, ...rest } = condition;
      t.same(
        rest,
        { reason: state, message: 'text', lastTransitionTime: '2026-11-23T02:10:40Z', observedGeneration: 3 },
        `${type} ${status}`,
      );
    }
  }
});

t.test('lastTransitionTime', async (t) => {
  const before = conditionsOf(input);
  for (const [state, type, time, reason] of [
    ['Retrying', 'Finished', '2026-11-23T02:10:40Z', 'stays while the status is the same, also with another reason'],
    ['WorkerFailed', 'Finished', '2026-11-23T02:11:10Z', 'moves when it flips'],
    ['WorkerFailed', 'Suspended', '2026-11-23T02:10:40Z', 'each condition by itself'],
    ['WorkerFailed', 'Stalled', '2026-11-23T02:11:10Z', 'is that of its first appearance'],
  ] as [State, string, string, string][]) {
    const after = conditionsOf({ ...input, state, previous: before, now: seconds(30) });
    t.equal(after.find((condition) => condition.type === type)?.lastTransitionTime, time, `${type} ${reason}`);
  }
});

t.test('PolicyCompliant is there only beside a run that a new one would be refused for', async (t) => {
  const nonCompliance = { reason: 'PolicyViolation', message: 'why' } as const;
  const conditions = conditionsOf({ ...input, nonCompliance });
  t.match(
    conditions.find(({ type }) => type === 'PolicyCompliant'),
    { status: 'False', ...nonCompliance },
    'with a reason and message of its own',
  );
  t.match(conditions[0], { type: 'Finished', reason: 'Running', message: 'text' }, 'the others say what they say');
});

t.test('an object without a generation', async (t) => {
  for (const condition of conditionsOf({ ...input, generation: undefined }))
    t.notOk('observedGeneration' in condition, condition.type);
});

t.test('a message is cut to 1024 code points', async (t) => {
  for (const [message, expected, reason] of [
    ['x'.repeat(1024), 'x'.repeat(1024), 'just short enough'],
    ['x'.repeat(1025), `${'x'.repeat(1023)}…`, 'one too many'],
    ['😀'.repeat(1024), '😀'.repeat(1024), 'code points count, not UTF-16 units'],
    ['😀'.repeat(1025), `${'😀'.repeat(1023)}…`, 'and none is cut in two'],
  ] as const)
    t.equal(conditionsOf({ ...input, message })[0]?.message, expected, reason);
});
