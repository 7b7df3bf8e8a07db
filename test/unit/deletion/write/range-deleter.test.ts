import t from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import type { RangeReader } from '../../../../src/deletion/read/range-reader.js';
import { PageCost, type Pending } from '../../../../src/deletion/read/page-cost.js';
import type { RequestResult } from '../../../../src/deletion/pace/flow.js';
import { RangeDeleter } from '../../../../src/deletion/write/range-deleter.js';
import { S } from '../../dynamodb/keys.js';
import { deletedKeys as keysOf } from '../partition.js';
import { scripted, sdkError, sortedTarget, throttled, unavailable } from '../scripted.js';

type Answers = NonNullable<Parameters<typeof scripted>[0]>;
type Answer = Answers[string];

const pageOf = (keys: readonly string[], readUnits = 0.5): Pending[] => {
  const cost = new PageCost(keys.length, readUnits, false, 0);
  return keys.map((key) => ({ key: S(key), cost }));
};
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'));

/** Deletes these pages as one range. */
function deleting(pages: readonly Pending[][], answers: Answers, options: Parameters<typeof scripted>[1] = {}) {
  const world = scripted(answers, options);
  const writeLimiter = world.writeLimiter();
  const errors: unknown[] = [];
  const stop = new AbortController();
  const left = [...pages];
  const reader = { take: async () => left.shift() } as unknown as RangeReader;
  const deleter = new RangeDeleter({
    context: world.context,
    target: sortedTarget(),
    writeLimiter,
    flow: writeLimiter.join(),
    reader,
    agreement: { inARow: 0 },
    signal: stop.signal,
    onError: (error) => {
      errors.push(error);
      stop.abort();
      writeLimiter.abandon();
    },
  });
  const abandon = () => writeLimiter.abandon();
  return {
    ...world,
    writeLimiter,
    deleter,
    errors,
    stop,
    abandon,
    batches: () => world.sent.map(({ input }) => keysOf(input)),
  };
}

const unprocessed = (...keys: string[]) => ({
  UnprocessedItems: { Orders: keys.map((sk) => ({ DeleteRequest: { Key: { pk: { S: 'p' }, sk: { S: sk } } } })) },
});

t.test('in the order in which keys were read, 25 a request', async (t) => {
  const run = deleting([pageOf(numbered(30)), [], pageOf(['a'])], { BatchWriteItem: () => ({}) });
  await run.deleter.run();
  t.same(run.errors, []);
  t.same(
    run.batches().map((keys) => keys.length),
    [25, 5, 1],
  );
  t.same(run.batches().flat(), [...numbered(30), 'a']);
});

t.test('requests of one range are in flight side by side, eight at most', async (t) => {
  let [inFlight, most] = [0, 0];
  const run = deleting([pageOf(numbered(500))], {
    BatchWriteItem: async () => {
      most = Math.max(most, ++inFlight);
      await run.clock.sleep(100);
      inFlight--;
      return {};
    },
  });
  await run.deleter.run();
  t.equal(most, 8);
  t.equal(inFlight, 0, 'it ends when all that was sent is answered');
  t.equal(run.context.counters.itemsDeleted, 500);
});

t.test('keys that are refused again and again do not keep others waiting', async (t) => {
  const isHot = (key: string) => Number(key) % 5 === 0;
  let done = 0;
  const run = deleting([pageOf(numbered(500))], {
    BatchWriteItem: async (input) => {
      await run.clock.sleep(10);
      const keys = keysOf(input);
      // A hot key passes once all others are gone.
      const refused = done < 400 ? keys.filter(isHot) : [];
      done += keys.filter((key) => !isHot(key)).length;
      if (refused.length === keys.length) return throttled();
      return refused.length > 0 ? unprocessed(...refused) : {};
    },
  });
  await run.deleter.run();
  const batches = run.batches();
  const last = batches.findLastIndex((keys) => !keys.every(isHot));
  const sent = batches.slice(0, last + 1).flat();
  t.equal(run.context.counters.itemsDeleted, 500);
  t.ok(sent.length <= 560, `${sent.length} keys were sent until all 400 others were`);
});

/** So many items may be deleted. */
const atMost = (maxItems: number) => ({
  asked: { tableName: 'Orders', partitionValue: 'p', mode: 'Execute' as const, maxItems },
});

t.test('never more items are sent than may be deleted, and those that may are', async (t) => {
  for (const [reason, maxItems, count, sizes] of [
    ['fewer than may be', 31, 30, [25, 5]],
    ['as many as may be', 30, 30, [25, 5]],
    ['one more', 30, 31, [25, 5]],
    ['a whole batch, and no part of the next', 25, 31, [25]],
    ['one', 1, 31, [1]],
  ] as const) {
    const run = deleting([pageOf(numbered(count))], { BatchWriteItem: () => ({}) }, atMost(maxItems));
    run.context.budget.begin({});
    await run.deleter.run();
    t.same(
      run.batches().map((keys) => keys.length),
      sizes,
      reason,
    );
    const refusal = { name: 'Failure', state: 'GuardRefused', message: new RegExp(`the ${maxItems} items`) };
    t.match(run.errors, count > maxItems ? [refusal] : [], reason);
    t.equal(run.errors.length, count > maxItems ? 1 : 0, reason);
    t.equal(run.context.counters.itemsDeleted, Math.min(maxItems, count), reason);
  }
});

t.test('what is sent again counts once', async (t) => {
  for (const [reason, failure] of [
    ['refused in part', unprocessed('001')],
    ['throttled', throttled()],
    ['an answer that was lost', unavailable()],
  ] as const) {
    const run = deleting(
      [pageOf(numbered(10))],
      { BatchWriteItem: (_, earlier) => (earlier === 0 ? failure : {}) },
      atMost(10),
    );
    run.context.budget.begin({});
    await run.deleter.run();
    t.same(run.errors, [], reason);
    t.equal(run.context.counters.itemsDeleted, 10, reason);
    t.equal(new Set(run.batches().flat()).size, 10, reason);
  }
});

t.test('what is refused is sent again', async (t) => {
  const run = deleting([pageOf(['a', 'b']), pageOf(['c'])], {
    BatchWriteItem: (_, earlier) => (earlier === 0 ? unprocessed('a', 'b') : {}),
  });
  await run.deleter.run();
  t.same(run.batches()[0], ['a', 'b']);
  t.same(run.batches().flat().toSorted(), ['a', 'a', 'b', 'b', 'c']);
  t.equal(run.context.counters.itemsDeleted, 3);
});

t.test('after a partial refusal one single delete asks for the reason', async (t) => {
  const run = deleting([pageOf(numbered(20))], {
    BatchWriteItem: async (_, earlier) => {
      if (earlier > 0) return {};
      return { ...unprocessed(...numbered(20).slice(10)), ConsumedCapacity: [{ CapacityUnits: 10 }] };
    },
  });
  await run.deleter.run();
  t.same(
    run.batches().map((keys) => keys.length),
    [20, 1, 9],
  );
});

t.test('under a cap, a request holds items of one page only, and no more than the cap takes comfortably', async (t) => {
  // 10 units comfortable of 50 a second; the first page has items of 4 KB, the second small ones.
  const caps = { maxWriteUnitsPerSecond: 50 };
  const run = deleting([pageOf(['a', 'b', 'c'], 1.5)], { BatchWriteItem: () => unprocessedOnce() }, { caps });
  const first = unprocessed('c');
  const unprocessedOnce = () => (run.sent.length === 2 ? first : {});
  await run.deleter.run();
  t.same(run.batches(), [['a', 'b'], ['c'], ['c']]);
  const mixed = deleting([[...pageOf(['a']), ...pageOf(['b'])]], { BatchWriteItem: () => ({}) }, { caps });
  await mixed.deleter.run();
  t.same(mixed.batches(), [['a'], ['b']]);
  const exact = deleting([pageOf(numbered(20))], { BatchWriteItem: () => ({}) }, { caps });
  await exact.deleter.run();
  t.same(
    exact.batches().map((keys) => keys.length),
    [10, 10],
    'just as much as it takes comfortably',
  );
  const uncapped = deleting([[...pageOf(['a']), ...pageOf(['b'])]], { BatchWriteItem: () => ({}) });
  await uncapped.deleter.run();
  t.same(uncapped.batches(), [['a', 'b']]);
});

t.test('faults of the server are waited out, with a delay that grows; throttling is left to the rate', async (t) => {
  for (const [reason, failure, times] of [
    ['unavailable', unavailable(), [25, 50, 100]],
    ['throttled', throttled(), undefined],
  ] as const) {
    const run = deleting([pageOf(['a'])], { BatchWriteItem: (_, earlier) => (earlier < 3 ? failure : {}) });
    await run.deleter.run();
    t.same(run.errors, []);
    t.equal(run.sent.length, 4, reason);
    const waits = run.sent.slice(1).map(({ at }, i) => at - run.sent[i]!.at);
    if (times) t.same(waits, times, reason);
    t.equal(run.context.counters.itemsDeleted, 1);
  }
});

t.test('an error ends the range, after what is in flight, and is told', async (t) => {
  const error = sdkError('ValidationException', 400);
  const run = deleting([pageOf(numbered(100))], {
    BatchWriteItem: async (_, earlier) => {
      await run.clock.sleep(earlier === 0 ? 10 : 1000);
      return earlier === 0 ? error : {};
    },
  });
  await run.deleter.run();
  t.same(run.errors, [error]);
  t.ok(run.clock.now() >= 1000, 'the others are answered');
});

t.test('a page that cannot be read ends the range in the same way', async (t) => {
  const world = scripted();
  const writeLimiter = world.writeLimiter();
  const errors: unknown[] = [];
  const error = sdkError('ValidationException', 400);
  await new RangeDeleter({
    context: world.context,
    target: sortedTarget(),
    writeLimiter,
    flow: writeLimiter.join(),
    reader: { take: () => Promise.reject(error) },
    agreement: { inARow: 0 },
    signal: new AbortController().signal,
    onError: (thrown) => void errors.push(thrown),
  }).run();
  t.same(errors, [error]);
});

t.test('a drain sends nothing new', async (t) => {
  const why = new Interruption(143, 'stop');
  await t.test('while it waits for permission', async (t) => {
    const run = deleting([pageOf(['a'])], {}, { mayWrite: async () => run.stop.abort(why) });
    await run.deleter.run();
    t.equal(run.sent.length, 0);
    t.same(run.errors, []);
  });
  await t.test('while it waits for capacity', async (t) => {
    const caps = { maxWriteUnitsPerSecond: 1 };
    const run = deleting(
      [pageOf(numbered(20))],
      {
        BatchWriteItem: (_, earlier) => {
          if (earlier === 2) run.errors.push('more than two were sent');
          if (earlier === 1)
            void run.clock.sleep(1).then(() => {
              run.stop.abort(why);
              run.abandon();
            });
          return {};
        },
      },
      { caps },
    );
    await run.deleter.run();
    t.same(run.errors, []);
    t.equal(run.sent.length, 2);
  });
});

t.test('the pace counts what the partition took, and the cap what was consumed', async (t) => {
  const run = deleting([pageOf(numbered(25))], {
    BatchWriteItem: () => ({ ConsumedCapacity: [{ CapacityUnits: 75, Table: { CapacityUnits: 25 } }] }),
  });
  const results: unknown[] = [];
  const done = run.writeLimiter.done.bind(run.writeLimiter);
  run.writeLimiter.done = (ticket, result) => {
    results.push(result);
    done(ticket, result);
  };
  await run.deleter.run();
  t.match(results, [{ acknowledged: 25, consumed: 75 }]);
});

const asks = ({ input }: { input: Record<string, unknown> }): boolean => input.ReturnConsumedCapacity !== undefined;

/** Consumes so many units for each item, and says so where it is asked. */
const consuming =
  (perItem: number, refuse: (earlier: number) => readonly string[] = () => []): Answer =>
  (input, earlier) => {
    const refused = refuse(earlier);
    const CapacityUnits = (keysOf(input).length - refused.length) * perItem;
    return {
      ...(refused.length > 0 ? unprocessed(...refused) : {}),
      ...(asks({ input }) ? { ConsumedCapacity: [{ CapacityUnits }] } : {}),
    };
  };

t.test('what was consumed is asked where it is needed, else of a sample', async (t) => {
  // 100 requests of 25 items of 200 bytes.
  const small = pageOf(numbered(2500), 61.5);
  const unknown = pageOf(numbered(2500));
  for (const { cost } of unknown) Object.assign(cost, { isKnown: false });
  const mixed = small.map((pending, item) => (item % 25 === 24 ? unknown[item]! : pending));
  for (const [why, page, answer, options, sampled] of [
    ['small items, and nothing is refused', small, consuming(1), {}, true],
    ['with an index, whose units are as regular', small, consuming(2), {}, true],
    ['under a cap', small, consuming(1), { caps: { maxWriteUnitsPerSecond: 1e6 } }, false],
    ['items of unknown size', unknown, consuming(1), {}, false],
    ['one of unknown size in each request', mixed, consuming(1), {}, false],
    ['an engine that does not say', small, () => ({}), {}, false],
    ['after a refusal', small, consuming(1, (earlier) => (earlier === 5 ? ['130'] : [])), {}, false],
    [
      'where requests differ',
      small,
      (input: Record<string, unknown>, earlier: number) => consuming(1 + (earlier % 3))(input, 0),
      {},
      false,
    ],
  ] as const) {
    const run = deleting([page.map((pending) => ({ ...pending }))], { BatchWriteItem: answer }, options);
    await run.deleter.run();
    const { itemsDeleted, writeUnitsEstimated } = run.context.counters;
    t.equal(itemsDeleted, 2500, why);
    t.equal(writeUnitsEstimated, sampled, `${why}: said to be an estimate`);
    const asked = run.sent.filter(asks).length;
    if (sampled) t.ok(asked >= 25 && asked < 55, `${why}: ${asked} of ${run.sent.length}`);
    else t.equal(asked, run.sent.length, `${why}: all`);
  }
});

t.test('what was consumed is counted, measured or not', async (t) => {
  for (const perItem of [1, 2, 4]) {
    const run = deleting([pageOf(numbered(2500), 61.5)], { BatchWriteItem: consuming(perItem) });
    await run.deleter.run();
    t.match(run.context.counters, { writeUnits: 2500 * perItem, writeUnitsEstimated: true });
  }
  for (const [why, answer, writeUnits] of [
    ['the table and its index', { ConsumedCapacity: [{ CapacityUnits: 3 }, { CapacityUnits: 2 }] }, 5],
    ['capacity without units', { ConsumedCapacity: [{}] }, 0],
    ['an engine that does not report capacity', {}, 0],
  ] as const) {
    const run = deleting([pageOf(['a', 'b', 'c'])], { BatchWriteItem: () => answer });
    await run.deleter.run();
    t.match(run.context.counters, { writeUnits, writeUnitsEstimated: false }, why);
  }
});

t.test('a request of which nothing was done makes no estimate of the sum', async (t) => {
  for (const [why, refusal] of [
    ['throttled', () => throttled()],
    ['refused without an exception', (input: Record<string, unknown>) => unprocessed(...keysOf(input))],
  ] as const) {
    let refusals = 0;
    const run = deleting([pageOf(numbered(2500), 61.5)], {
      BatchWriteItem: (input) => {
        if (asks({ input })) return consuming(1)(input, 0);
        refusals++;
        return refusal(input);
      },
    });
    await run.deleter.run();
    t.ok(refusals > 0, `${why}: ${refusals} that did not ask`);
    t.match(run.context.counters, { itemsDeleted: 2500, writeUnits: 2500, writeUnitsEstimated: false }, why);
  }
});

t.test('a cap that is set later holds for what was not measured', async (t) => {
  const page = pageOf(numbered(2500), 400);
  const run = deleting([page], { BatchWriteItem: consuming(1.5) });
  const results: [asked: boolean, consumed: number | undefined, atMost: number][] = [];
  const done = run.writeLimiter.done.bind(run.writeLimiter);
  run.writeLimiter.done = (ticket, result) => {
    results.push([asks(run.sent[results.length]!), result.consumed, ticket.atMost]);
    done(ticket, result);
  };
  await run.deleter.run();
  t.ok(results.some(([asked]) => asked) && results.some(([asked]) => !asked));
  for (const [asked, consumed, bound] of results) {
    if (asked) t.equal(consumed, 37.5);
    // What is answered meanwhile lowers the bound a little.
    else
      t.ok(consumed! > 0.9 * bound && consumed! <= bound, `${consumed}: the most that it may be, which was ${bound}`);
  }
});

/** What the limiter is told of each request, and what each might have taken at most. */
function toldOf({ writeLimiter }: ReturnType<typeof deleting>) {
  const told: { result: RequestResult; atMost: number }[] = [];
  const done = writeLimiter.done.bind(writeLimiter);
  writeLimiter.done = (ticket, result) => {
    told.push({ result, atMost: ticket.atMost });
    done(ticket, result);
  };
  return told;
}

t.test('what became of a request is told to the limiter', async (t) => {
  for (const [reason, answer, result] of [
    ['done', {}, { acknowledged: 20, refused: 0, unknown: false }],
    ['refused in part', unprocessed(...numbered(5)), { acknowledged: 15, refused: 5, unknown: false }],
    ['refused without an exception', unprocessed(...numbered(20)), { acknowledged: 0, refused: 20, unknown: false }],
    ['throttled', throttled(), { acknowledged: 0, refused: 20, unknown: false }],
    [
      'throttled for a reason',
      throttled({ throttlingReasons: [{ reason: 'TableWriteAccountLimitExceeded' }] }),
      { refused: 20, reasons: ['TableWriteAccountLimitExceeded'] },
    ],
    ['perhaps done', unavailable(), { acknowledged: 0, refused: 0, unknown: true }],
    ['an error', sdkError('ValidationException', 400), { acknowledged: 0, refused: 0, unknown: true }],
  ] as const) {
    const run = deleting([pageOf(numbered(20))], { BatchWriteItem: (_, earlier) => (earlier === 0 ? answer : {}) });
    const told = toldOf(run);
    await run.deleter.run();
    t.match(told[0]?.result, result, reason);
  }
  const drained = deleting([pageOf(numbered(20))], {}, { mayWrite: async () => drained.stop.abort() });
  const told = toldOf(drained);
  await drained.deleter.run();
  t.strictSame(told[0]?.result, { acknowledged: 0, refused: 0 }, 'nothing was sent');
});

t.test('a refusal of all without an exception is asked for no reason: it would get none', async (t) => {
  const run = deleting([pageOf(numbered(20))], {
    BatchWriteItem: (_, earlier) => (earlier === 0 ? unprocessed(...numbered(20)) : {}),
  });
  await run.deleter.run();
  t.same(
    run.batches().map((keys) => keys.length),
    [20, 20],
  );
});

/** Twenty keys of the first batch are refused, while there are others to send; each request takes 100 ms. */
function refusing(refusals: number) {
  const hot = new Set(numbered(20));
  let sent = 0;
  const run = deleting([pageOf(numbered(600))], {
    BatchWriteItem: async (input) => {
      const keys = keysOf(input);
      const refused = keys.filter((key) => hot.has(key));
      const isRefused = refused.length > 0 && sent++ < refusals;
      await run.clock.sleep(100);
      if (isRefused && refused.length === keys.length) return throttled();
      return isRefused ? unprocessed(...refused) : {};
    },
  });
  /** The requests with refused keys and others. */
  const mixed = () =>
    run.sent
      .map(({ input, at }) => ({ at, all: keysOf(input), hot: keysOf(input).filter((key) => hot.has(key)) }))
      .filter((batch, index) => index > 0 && batch.hot.length > 0 && batch.hot.length < batch.all.length);
  return { run, mixed };
}

t.test('after a refusal in part a refused key alone asks for the reason, although others wait', async (t) => {
  const { run } = refusing(1);
  await run.deleter.run();
  const batches = run.batches();
  const single = batches.findIndex((keys) => keys.length === 1);
  t.same(batches[single], ['000']);
  t.ok(single < 10, `the eight that were on their way, one that was made up already, and then this: ${single}`);
  t.equal(run.context.counters.itemsDeleted, 600);
});

t.test('refused keys go along with others, at most twelve in a batch, and one such batch at a time', async (t) => {
  const { run, mixed } = refusing(1);
  await run.deleter.run();
  t.same(
    mixed().map(({ hot }) => hot.length),
    [12, 7],
  );
  const [first, second] = mixed();
  t.ok(second!.at >= first!.at + 100, 'the second is sent once the first is answered');
  t.equal(run.context.counters.itemsDeleted, 600);
});

t.test('those that are refused again go along in half the number', async (t) => {
  const { run, mixed } = refusing(4);
  await run.deleter.run();
  t.same(
    mixed()
      .map(({ hot }) => hot.length)
      .slice(0, 2),
    [12, 6],
  );
  t.equal(run.context.counters.itemsDeleted, 600);
});

t.test('what was done is taken off what the rest of its page may take', async (t) => {
  const page = pageOf(numbered(25), 2.5);
  const twin = new PageCost(25, 2.5, false, 0);
  const expected = [twin.atMost(25)];
  const consumes = (units: number, ...refused: string[]) => ({
    ...(refused.length > 0 ? unprocessed(...refused) : {}),
    ConsumedCapacity: [{ CapacityUnits: units }],
  });
  const run = deleting([page], {
    BatchWriteItem: (input, earlier) =>
      earlier === 0 ? consumes(30, ...numbered(10)) : consumes(keysOf(input).length),
  });
  const told = toldOf(run);
  await run.deleter.run();
  for (let i = 0; i < 15; i++) twin.spend(1, 2);
  expected.push(twin.atMost(1));
  twin.spend(1, 1);
  expected.push(twin.atMost(9));
  t.same(
    run.batches().map((keys) => keys.length),
    [25, 1, 9],
  );
  t.same(
    told.map((each) => each.atMost),
    expected,
  );
});

t.test('what was not measured is taken off its page with one unit for each item that was done', async (t) => {
  const page = pageOf(numbered(2500), 400);
  const { cost } = page[0]!;
  const before = cost.atMost(2500);
  let [spent, refusals] = [0, 0];
  const run = deleting([page], {
    BatchWriteItem: (input) => {
      const keys = keysOf(input);
      const refused = !asks({ input }) && refusals === 0 ? keys.slice(0, 20) : [];
      refusals += refused.length;
      const done = keys.length - refused.length;
      spent += asks({ input }) ? 1.5 * done : done;
      return consuming(1.5, () => refused)(input, 0);
    },
  });
  await run.deleter.run();
  t.equal(refusals, 20, 'one request that did not ask was refused in part');
  t.equal(run.context.counters.itemsDeleted, 2500);
  t.ok(spent < before, `${spent} of at most ${before}`);
  t.equal(cost.atMost(0), before - spent, 'what is left when all is deleted');
});
