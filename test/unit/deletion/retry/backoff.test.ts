import t from 'tap';
import { fullJitter } from '../../../../src/deletion/retry/backoff.js';

t.test('full jitter lies between zero and a doubling bound of five seconds', async (t) => {
  for (const attempt of [0, 1, 5, 10, 100, 5000]) {
    t.equal(
      fullJitter(attempt, () => 0),
      0,
    );
    t.equal(
      fullJitter(attempt, () => 0.5),
      Math.min(5000, 50 * 2 ** Math.min(attempt, 20)) / 2,
    );
  }
});
