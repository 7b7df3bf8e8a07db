import t from 'tap';
import {
  addSeconds,
  earliest,
  formatTime,
  parseTime,
  parseWholeSeconds,
  pastOrNow,
  secondsUntil,
} from '../../../src/operator/time.js';

const time = (text: string): Date => new Date(text);

t.test('times are written in whole seconds, in UTC', async (t) => {
  for (const [date, text, reason] of [
    ['2026-11-23T02:10:40Z', '2026-11-23T02:10:40Z', 'a whole second'],
    ['2026-11-23T02:10:40.999Z', '2026-11-23T02:10:40Z', 'cut, never rounded up: what is written is not in the future'],
    ['2026-11-23T04:10:40+02:00', '2026-11-23T02:10:40Z', 'from another zone'],
    ['1969-12-31T23:59:59.500Z', '1969-12-31T23:59:59Z', 'also before 1970'],
  ] as const)
    t.equal(formatTime(time(date)), text, reason);
});

t.test('times that somebody wrote', async (t) => {
  for (const [text, read, reason] of [
    [undefined, undefined, 'none'],
    ['', undefined, 'nothing'],
    ['soon', undefined, 'not a time'],
    ['2026-11-23T02:10:40.5Z', time('2026-11-23T02:10:40.500Z'), 'a fraction is kept'],
    ['9999-12-31T23:59:59Z', time('9999-12-31T23:59:59Z'), 'the last year that RFC 3339 can write'],
    ['9999-12-31T23:59:59.999Z', time('9999-12-31T23:59:59.999Z'), 'to its end'],
    ['9999-12-31T23:59:59-05:00', undefined, 'in UTC that is the year 10000'],
    ['0000-01-01T00:00:00Z', time('0000-01-01T00:00:00Z'), 'the first'],
    ['0000-01-01T00:00:00+05:00', undefined, 'in UTC that is before the year 0'],
  ] as const)
    t.same(parseTime(text), read, reason);
  t.same(parseWholeSeconds('2026-11-23T02:10:40.7Z'), time('2026-11-23T02:10:40Z'), 'as it will be written');
  t.equal(parseWholeSeconds('soon'), undefined);
});

t.test('seconds until a time, as resyncAfterSeconds takes them', async (t) => {
  const now = time('2026-11-23T02:10:40Z');
  for (const [then, seconds, reason] of [
    [addSeconds(now, 30), 30, 'whole seconds'],
    [addSeconds(now, 29.2), 30, 'rounded up: not to wake before'],
    [now, 1, 'never 0, which would mean never'],
    [addSeconds(now, -60), 1, 'a time that is over is looked at as soon as may be'],
    [
      time('9999-12-31T23:59:59Z'),
      2 ** 31 - 1,
      'in Metacontroller, 292 years of nanoseconds overflow: then it asks at once, always',
    ],
  ] as const)
    t.equal(secondsUntil(then, now), seconds, reason);
});

t.test('the earliest of several times', async (t) => {
  const [early, late] = [time('2026-11-23T02:10:40Z'), time('2026-11-23T02:10:41Z')];
  for (const [times, first, reason] of [
    [[], undefined, 'of none'],
    [[undefined], undefined, 'of none that is there'],
    [[late, undefined, early], early, 'in any order'],
  ] as const)
    t.same(earliest(times), first, reason);
});

t.test('a recorded time is never ahead', async (t) => {
  const now = time('2026-11-23T02:10:40Z');
  for (const [recorded, expected, reason] of [
    [undefined, now, 'none'],
    [time('2026-11-23T02:10:39Z'), time('2026-11-23T02:10:39Z'), 'past'],
    [now, now, 'now'],
    [time('2026-11-23T02:10:41Z'), now, 'by a clock that is ahead'],
  ] as const)
    t.same(pastOrNow(recorded, now), expected, reason);
});
