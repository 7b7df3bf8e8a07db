import t from 'tap';
import { Flow, type RequestResult, type Ticket } from '../../../../src/deletion/pace/flow.js';
import { PACING } from '../../../../src/deletion/pace/pacing-parameters.js';
import { type ShareOf, TableShare } from '../../../../src/deletion/pace/table-share.js';

const { share: numbers } = PACING;
const ticketOf = (units: number): Ticket => ({ flow: new Flow(), units, atMost: units });
const accepted = (acknowledged: number, more: Partial<RequestResult> = {}): RequestResult => ({
  acknowledged,
  refused: 0,
  ...more,
});
const refused = (reason?: string): RequestResult => ({
  acknowledged: 0,
  refused: 10,
  reasons: reason === undefined ? [] : [reason],
});
const TABLE = 'TableWriteProvisionedThroughputExceeded';

const shareOf = (percent: number, capacity: Partial<ShareOf> = {}): TableShare =>
  new TableShare({ capacity: { write: 1000, writeOfIndexes: {}, ...capacity }, percent, now: 0 });

/** Sends a request, whose answer comes at once. */
function send(share: TableShare, units: number, result: RequestResult, now = 0): void {
  const ticket = ticketOf(units);
  share.take(ticket, now);
  share.settle(ticket, result, now);
}

t.test('what may be taken', async (t) => {
  for (const [why, percent, capacity, units] of [
    ['a share of the capacity', 50, {}, 500],
    ['any share', 1, {}, 10],
    ['a fraction of a unit', 50, { write: 1 }, 0.5],
    ['the whole is no share', 100, {}, undefined],
    ['no capacity: nothing to take a share of', 50, { write: undefined }, undefined],
    ['an index with less than the table, before anything is known of it', 50, { writeOfIndexes: { a: 100 } }, 50],
    ['an index with more', 50, { writeOfIndexes: { a: 4000 } }, 500],
    ['the whole, of indexes too', 100, { writeOfIndexes: { a: 100 } }, undefined],
  ] as const) {
    const share = shareOf(percent, capacity);
    t.equal(share.unitsPerSecond(0), units, why);
    t.equal(share.most, units, why);
  }
});

t.test('requests wait for their share', async (t) => {
  const share = shareOf(50);
  const saved = 500 * numbers.savedSeconds;
  t.equal(share.preferredUnits(0), saved / 2, 'a request takes no more than half of what is saved up');
  t.equal(share.wait(saved, 0), 0);
  send(share, saved, accepted(saved));
  t.equal(share.wait(50, 0), 100);
  t.equal(share.wait(50, 100), 0);
  const free = shareOf(100);
  send(free, 1e6, accepted(1e6));
  t.equal(free.wait(1000, 0), 0, 'without one they do not');
  t.equal(free.preferredUnits(0), Infinity);
});

t.test('what a request took counts, not what it was expected to take', async (t) => {
  const saved = 500 * numbers.savedSeconds;
  for (const [why, result, wait] of [
    ['as expected', accepted(saved), 100],
    ['more', accepted(saved + 50), 200],
    ['less', accepted(saved - 50), 0],
    ['refused: nothing', refused(), 0],
    ['unknown: it may have been done', { ...accepted(0), unknown: true }, 100],
    ['global indexes count by themselves', accepted(saved, { consumed: 3 * saved }), 100],
  ] as const) {
    const share = shareOf(50);
    send(share, saved, result);
    t.equal(share.wait(50, 0), wait, why);
  }
});

t.test('an index bounds by what it takes of each unit', async (t) => {
  const share = shareOf(50, { writeOfIndexes: { sparse: 10, full: 4000 } });
  t.equal(share.most, 5, 'at first as if it took as much as the table');
  for (let i = 0; i < 50; i++) send(share, 10, accepted(10, { ofIndexes: { full: 10, sparse: 0.1 } }), i * 1000);
  t.ok(Math.abs(share.most! - 500) < 1e-6, `a sparse one takes a hundredth, and the table is the limit: ${share.most}`);
  for (let i = 50; i < 100; i++) send(share, 10, accepted(10, { ofIndexes: { full: 10, sparse: 10 } }), i * 1000);
  t.ok(Math.abs(share.most! - 5) < 1e-6, 'where the items are in it, it is');
  t.ok(share.wait(10, 99_000) > 0);
  const silent = shareOf(50, { writeOfIndexes: { a: 10 } });
  for (let i = 0; i < 50; i++) send(silent, 10, accepted(10), i * 1000);
  t.ok(Math.abs(silent.most! - 500) < 1e-6, 'an answer that does not name its parts says nothing of an index');
});

t.test('a request is charged to an index with what it is expected to take of it', async (t) => {
  const share = shareOf(50, { writeOfIndexes: { half: 100 } });
  for (let i = 0; i < 50; i++) send(share, 10, accepted(10, { ofIndexes: { half: 5 } }), i * 1000);
  t.equal(Math.round(share.most!), 100, 'a request takes half as much of the index as of the table');
  share.take(ticketOf(20), 100_000);
  t.equal(Math.round(share.wait(20, 100_000)), 0, 'of the 20 units that the bucket of the index holds, 10 are left');
  t.equal(Math.round(share.wait(40, 100_000)), 200, 'it waits for 10 more, of which there are 50 a second');
});

t.test('yields where others are refused as well', async (t) => {
  for (const [why, result, units] of [
    ["the table's capacity", refused(TABLE), 250],
    ["an index's capacity", refused('IndexWriteProvisionedThroughputExceeded'), 250],
    ["an on-demand table's maximum", refused('TableWriteMaxOnDemandThroughputExceeded'), 250],
    ["the account's limit", refused('TableWriteAccountLimitExceeded'), 250],
    ['a physical partition', refused('TableWriteKeyRangeThroughputExceeded'), 500],
    ["an index's physical partition", refused('IndexWriteKeyRangeThroughputExceeded'), 500],
    ['reads', refused('TableReadProvisionedThroughputExceeded'), 500],
    ['no reason', refused(), 500],
    ['a reason of tomorrow', refused('TableWriteMoonPhaseExceeded'), 500],
  ] as const) {
    const share = shareOf(50);
    send(share, 10, result);
    t.equal(share.unitsPerSecond(0), units, why);
    t.equal(share.most, 500, 'what it comes back to');
  }
});

t.test('goes down to half at once, again if that is not enough, and comes back slowly', async (t) => {
  const share = shareOf(50);
  send(share, 10, refused(TABLE), 1000);
  send(share, 10, refused(TABLE), 1000 + numbers.yieldIntervalMs - 1);
  t.ok(share.unitsPerSecond(1000 + numbers.yieldIntervalMs)! >= 250, 'those that were on their way count once');
  const again = 1000 + numbers.yieldIntervalMs;
  send(share, 10, refused(TABLE), again);
  const low = share.unitsPerSecond(again)!;
  t.ok(low > 125 && low < 130, `${low}`);
  t.equal(Math.round(share.unitsPerSecond(again + 10_000)! - low), 50, 'a hundredth of the share a second');
  t.equal(share.unitsPerSecond(again + 3_600_000), 500, 'to the share and no further');
  for (let i = 0; i < 100; i++) send(share, 10, refused(TABLE), again + i * numbers.yieldIntervalMs);
  t.ok(share.unitsPerSecond(again + 100 * numbers.yieldIntervalMs)! >= 500 * numbers.leastFactor, 'it never stops');
});

t.test('an answer without a refusal is no reason to yield', async (t) => {
  for (const [why, result] of [
    ['all was done', accepted(10)],
    ['nothing was sent after all', accepted(0)],
  ] as const) {
    const share = shareOf(50);
    send(share, 10, refused(TABLE));
    send(share, 10, result, 1000);
    t.equal(share.unitsPerSecond(1000), 255, `${why}: half of the share, and what came back in a second`);
  }
});

t.test('of several reasons, one that meets others is enough to yield', async (t) => {
  const share = shareOf(50);
  const reasons = ['TableWriteKeyRangeThroughputExceeded', TABLE];
  send(share, 10, { acknowledged: 0, refused: 10, reasons });
  t.equal(share.unitsPerSecond(0), 250);
});

const partial: RequestResult = { acknowledged: 5, refused: 5 };

t.test('for a partial refusal, which carries no reason, the last one holds', async (t) => {
  const hold = numbers.reasonHoldMs;
  for (const [why, answers, yields] of [
    ['none is known', [[partial, 0]], 0],
    [
      "it was the table's capacity",
      [
        [refused(TABLE), 0],
        [partial, 1000],
      ],
      2,
    ],
    [
      'it was a physical partition',
      [
        [refused('TableWriteKeyRangeThroughputExceeded'), 0],
        [partial, 1000],
      ],
      0,
    ],
    [
      'it was long ago',
      [
        [refused(TABLE), 0],
        [partial, hold + 1],
      ],
      1,
    ],
    [
      'each refusal shows that it still holds',
      [
        [refused(TABLE), 0],
        [partial, hold],
        [partial, 2 * hold],
      ],
      3,
    ],
    [
      'it has changed',
      [
        [refused(TABLE), 0],
        [refused('TableWriteKeyRangeThroughputExceeded'), 500],
        [partial, 1000],
      ],
      1,
    ],
    [
      'a whole refusal without one',
      [
        [refused(TABLE), 0],
        [refused(), 1000],
      ],
      2,
    ],
  ] as const) {
    const share = shareOf(50);
    let yielded = 0;
    for (const [result, now] of answers) {
      const before = share.unitsPerSecond(now)!;
      send(share, 10, result, now);
      if (share.unitsPerSecond(now)! < before) yielded++;
    }
    t.equal(yielded, yields, why);
  }
});

t.test('it says when it yields, and to what', async (t) => {
  const said: number[] = [];
  const capacity = { write: 1000, writeOfIndexes: {} };
  const share = new TableShare({ capacity, percent: 50, now: 0, onYield: (units) => void said.push(units) });
  send(share, 10, refused('TableWriteKeyRangeThroughputExceeded'));
  send(share, 10, refused(TABLE));
  send(share, 10, refused(TABLE));
  t.same(said, [250]);
});

t.test('a smaller share is waited for', async (t) => {
  const share = shareOf(50);
  send(share, 1, refused(TABLE));
  send(share, 250 * numbers.savedSeconds, accepted(250 * numbers.savedSeconds));
  t.equal(share.wait(50, 0), 200, 'at half of the share');
});

t.test('whoever takes the whole yields to nobody', async (t) => {
  const said: number[] = [];
  const capacity = { write: 1000, writeOfIndexes: {} };
  const share = new TableShare({ capacity, percent: 100, now: 0, onYield: (units) => void said.push(units) });
  send(share, 10, refused(TABLE));
  t.equal(share.unitsPerSecond(0), undefined);
  t.equal(share.wait(1000, 0), 0);
  t.notOk(share.wantsReason(60_000));
  t.same(said, [], 'and does not say so');
});

t.test('a partial refusal is followed by a request that gets a reason, but not again and again', async (t) => {
  const share = shareOf(50);
  t.ok(share.wantsReason(0), 'none is known');
  send(share, 10, partial, 1000);
  t.ok(share.wantsReason(1000), 'a partial refusal has none');
  send(share, 10, accepted(0), 1000);
  t.ok(share.wantsReason(1000), 'nor has a request that was not sent after all');
  send(share, 10, refused('TableWriteKeyRangeThroughputExceeded'), 1000);
  t.notOk(share.wantsReason(1000 + numbers.reasonAgeMs), 'one is');
  t.ok(share.wantsReason(1001 + numbers.reasonAgeMs), 'which may have changed');
});

t.test('another capacity, or another share, from now on', async (t) => {
  const share = shareOf(50, { writeOfIndexes: { a: 10 } });
  for (let i = 0; i < 50; i++) send(share, 1, accepted(1, { ofIndexes: { a: 0 } }), i * 1000);
  share.change({ write: 3000, writeOfIndexes: { a: 10 } }, 50, 50_000);
  t.ok(Math.abs(share.unitsPerSecond(50_000)! - 1500) < 1e-6, 'what is known of an index is kept');
  share.change({ write: 3000, writeOfIndexes: {} }, 20, 50_000);
  t.equal(share.unitsPerSecond(50_000), 600);
  const ticket = ticketOf(240);
  share.take(ticket, 50_000);
  share.change({ write: 3000, writeOfIndexes: {} }, 100, 50_000);
  t.equal(share.unitsPerSecond(50_000), undefined);
  share.settle(ticket, accepted(240), 50_000);
  share.change({ write: undefined, writeOfIndexes: {} }, 50, 50_000);
  t.equal(share.unitsPerSecond(50_000), undefined, 'on demand');
});

t.test('a debt outlives a change', async (t) => {
  const share = shareOf(50);
  send(share, 700, accepted(700));
  share.change({ write: 2000, writeOfIndexes: {} }, 50, 0);
  t.ok(share.wait(1, 0) > 400, 'of 500 units, at 1000 a second');
});

t.test('where a capacity is known, what requests consume must be', async (t) => {
  for (const [why, percent, capacity, needs] of [
    ['a share of it is taken', 50, {}, true],
    ['all of it is taken, and what is left is told', 100, {}, true],
    ['an index has one', 50, { write: undefined, writeOfIndexes: { g: 5 } }, true],
    ['none is known', 50, { write: undefined }, false],
  ] as const)
    t.equal(shareOf(percent, capacity).needsConsumption, needs, why);
});

t.test('how much is left to others', async (t) => {
  const share = shareOf(50);
  t.equal(share.leftPercent(0), 100, 'nothing was taken yet');
  for (let now = 100; now <= 60_000; now += 100) send(share, 40, accepted(40), now);
  t.equal(share.leftPercent(60_000), 60, '400 of 1000 are taken');
  t.equal(share.leftPercent(600_000), 100, 'lately');
  const whole = shareOf(100);
  for (let now = 100; now <= 60_000; now += 100) send(whole, 400, accepted(400), now);
  t.equal(whole.leftPercent(60_000), 0, 'what was saved up is no more than all');
  t.equal(shareOf(50, { write: undefined }).leftPercent(0), undefined, 'of what, nobody knows');
});
