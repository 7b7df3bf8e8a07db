import t from 'tap';
import { type Message, MESSAGES, textOf } from '../../../src/operator/messages.js';

const since = new Date('2026-11-23T02:10:01.500Z');
const rows: readonly [message: Message, text: string, reason: string][] = [
  [{ key: 'jobIsCreated' }, 'Creating the Job', 'no parameter'],
  [{ key: 'jobIsPausing' }, 'Pausing: the worker is finishing its in-flight requests', 'a colon'],
  [
    { key: 'countIsAwaited', job: 'x-1' },
    'Approved; the deletion starts when the count by Job x-1 has finished',
    'a text',
  ],
  [{ key: 'jobIsRetrying', job: 'x-1', failed: 2 }, 'Job x-1 is retrying (failed pods so far: 2)', 'a number'],
  [
    { key: 'jobHasNoReadyPod', job: 'x-1', since, namespace: 'shop' },
    'Job x-1 has had no ready pod since 2026-11-23T02:10:01Z: see kubectl describe pods -n shop -l batch.kubernetes.io/job-name=x-1',
    'a time, and a parameter that comes twice',
  ],
  [
    { key: 'jobHasNoPod', job: 'x-1', since, namespace: 'shop' },
    'Job x-1 has no pod, and has had no ready one since 2026-11-23T02:10:01Z: see kubectl describe job x-1 -n shop, and of earlier pods kubectl describe pods -n shop -l batch.kubernetes.io/job-name=x-1',
    'the Job tells why there is no pod',
  ],
  [
    { key: 'specIsForbidden', reasons: 'tableName "$& {job}" is not in …' },
    'The operator\'s policy does not allow this: tableName "$& {job}" is not in …',
    'a value that looks like a pattern or a parameter stays as it is',
  ],
  [{ meaningOf: 'WorkerFailed' }, 'The worker failed; see its log', 'what an end means'],
  [{ meaningOf: 'WorkerFailed', detail: 'a bug' }, 'The worker failed; see its log: a bug', 'with what is known of it'],
  [
    { text: 'as a newer version said it {job}' },
    'as a newer version said it {job}',
    'a recorded text, whatever it says',
  ],
  [{ text: '' }, '', 'also an empty one'],
];

for (const [message, text, reason] of rows)
  t.test(reason, async (t) => {
    t.equal(textOf(message), text);
  });

t.test('every sentence begins and ends as one', async (t) => {
  for (const [key, sentence] of Object.entries(MESSAGES)) {
    if (['podMayLiveOn', 'workerHasNoToken', 'jobCannotChange'].includes(key))
      t.match(sentence, /^ \(.*\)$/, 'an addition to any of them');
    else t.match(sentence, /^(A |[A-Z][a-z]+).*[^.\s]$/, key);
  }
});
