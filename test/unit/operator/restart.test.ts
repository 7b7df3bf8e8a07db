import t from 'tap';
import { planRestart, recordedRestart, restartDelaySeconds } from '../../../src/operator/restart.js';

const at = (time: string): Date => new Date(`2026-11-23T${time}Z`);
const NOW = at('02:10:40');

t.test('delays double up to five minutes', async (t) => {
  for (const [ordinal, seconds] of [
    [1, 60],
    [2, 120],
    [3, 240],
    [4, 300],
    [5, 300],
    [100, 300],
    [2_147_483_647, 300],
  ] as const)
    t.equal(restartDelaySeconds(ordinal), seconds, `restart ${ordinal}`);
});

t.test('a restart is planned for a whole second, and never early', async (t) => {
  for (const [ordinal, now, notBefore, reason] of [
    [1, NOW, at('02:11:40'), 'after its delay'],
    [3, NOW, at('02:14:40'), 'later each time'],
    [1, at('02:10:40.001'), at('02:11:41'), 'the fraction is rounded up: cut, it would be too early'],
  ] as const)
    t.same(planRestart(ordinal, now), { notBefore, ordinal }, reason);
});

t.test('a recorded restart', async (t) => {
  for (const [text, notBefore, reason] of [
    ['2026-11-23T02:11:10Z', at('02:11:10'), 'ahead'],
    ['2026-11-23T02:00:00Z', at('02:00:00'), 'over'],
    ['2026-11-23T02:15:41Z', at('02:15:41'), 'the longest delay, rounded up'],
    ['2026-11-23T02:15:42Z', undefined, 'further ahead than any delay: a clock was set back, or it is forged'],
    ['9999-12-31T23:59:59-05:00', undefined, 'it cannot be written in UTC'],
  ] as const)
    t.same(recordedRestart({ notBefore: text, ordinal: 2 }, NOW), notBefore && { notBefore, ordinal: 2 }, reason);
});
