import t from 'tap';
import { Limits } from '../../../src/deletion/limits.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import type { TableCapacity } from '../../../src/dynamodb/table-capacity.js';
import { VirtualTime } from '../../models/virtual-time.js';
import { recordedLog } from '../../support/recorded-log.js';

const provisioned = (write: number | undefined, read?: number): TableCapacity => ({
  write,
  read,
  writeOfIndexes: {},
  isOnDemand: write === undefined,
  warmWrite: undefined,
});

const world = (caps: Caps = {}) => {
  const log = recordedLog();
  return { log, limits: new Limits({ clock: new VirtualTime(), log, caps }) };
};

/** What one request should read at most, for each unit per second. */
const SAVED = 0.2;

t.test('of cap and share the lower one holds', async (t) => {
  for (const [why, caps, capacity, writes, reads] of [
    ['half of it by default', {}, provisioned(1000, 100), 500, 50],
    ['or any share', { capacitySharePercent: 20 }, provisioned(1000, 100), 200, 20],
    ['or the whole: no limit', { capacitySharePercent: 100 }, provisioned(1000, 100), undefined, Infinity],
    ['on-demand: no limit', {}, provisioned(undefined), undefined, Infinity],
    ['a lower cap', { maxWriteUnitsPerSecond: 300, maxReadUnitsPerSecond: 30 }, provisioned(1000, 100), 300, 30],
    ['a higher cap', { maxWriteUnitsPerSecond: 800, maxReadUnitsPerSecond: 80 }, provisioned(1000, 100), 500, 50],
    [
      'a cap beside the whole',
      { maxWriteUnitsPerSecond: 800, maxReadUnitsPerSecond: 80, capacitySharePercent: 100 },
      provisioned(1000, 100),
      800,
      80,
    ],
    ['a cap alone', { maxWriteUnitsPerSecond: 300 }, provisioned(undefined), 300, Infinity],
  ] as const) {
    const { limits } = world(caps);
    limits.setCapacity(capacity);
    const limiter = limits.writeLimiter();
    t.equal(limits.writeUnitsPerSecond, writes, why);
    t.equal(limiter.most, writes ?? Infinity, 'of all ranges together');
    t.equal(limits.readLimiter.preferredUnits(), reads === Infinity ? reads : reads * SAVED, 'reads');
  }
});

t.test('both may change', async (t) => {
  const { limits } = world();
  limits.setCapacity(provisioned(1000, 100));
  const limiter = limits.writeLimiter();
  limits.setCaps({ capacitySharePercent: 80, maxWriteUnitsPerSecond: 900 });
  t.same([limiter.most, limits.writeUnitsPerSecond, limiter.cap], [800, 800, 900], 'the user edits them');
  limits.setCapacity(provisioned(500, 50));
  t.same([limiter.most, limits.readLimiter.preferredUnits()], [400, 40 * SAVED], 'autoscaling changes the capacity');
  limits.setCapacity(provisioned(undefined));
  t.same([limiter.most, limits.readLimiter.preferredUnits()], [900, Infinity], 'the table becomes on-demand');
  limits.setCaps({});
  t.same([limiter.most, limits.writeUnitsPerSecond], [Infinity, undefined]);
});

t.test('a capacity that changes is logged, and only then', async (t) => {
  const { limits, log } = world();
  limits.setCapacity(provisioned(1000, 100));
  limits.setCapacity(provisioned(1000, 100));
  limits.setCapacity(provisioned(2000, 100));
  limits.setCapacity(provisioned(2000, 100));
  t.match(log.lines, [
    {
      fields: { writeCapacity: 1000, writeCapacityOfIndexes: {}, capacitySharePercent: 50 },
      message: /leaves the rest/,
    },
    { fields: { writeCapacity: 2000, readCapacity: 100 }, message: /capacity changed/ },
  ]);
  t.equal(log.lines.length, 2);
});

t.test('the log says what is left to others', async (t) => {
  for (const [why, caps, capacity, message] of [
    ['a share', {}, provisioned(1000), /leaves the rest of the table's capacity to others/],
    ['the whole', { capacitySharePercent: 100 }, provisioned(1000), /takes as much of the capacity as the table gives/],
    ['on-demand, up to a maximum', {}, { ...provisioned(40), isOnDemand: true }, /leaves the rest/],
    ['on-demand', {}, { ...provisioned(undefined), warmWrite: 4000 }, /on-demand, without a maximum/],
    ['nothing known', {}, { ...provisioned(undefined), isOnDemand: false }, /names no capacity/],
  ] as const) {
    const { limits, log } = world(caps);
    limits.setCapacity(capacity);
    t.match(log.lines, [{ level: 'info', message }], why);
    t.match(log.lines[0]?.fields, { warmWriteUnitsPerSecond: capacity.warmWrite }, why);
  }
});

t.test('that it yields is logged, but not each time', async (t) => {
  const clock = new VirtualTime();
  const log = recordedLog();
  const limits = new Limits({ clock, log, caps: {} });
  limits.setCapacity(provisioned(1000));
  const limiter = limits.writeLimiter();
  const flow = limiter.join();
  for (let i = 0; i < 4; i++) {
    const ticket = await limiter.admit(flow, 1);
    const reasons = ['TableWriteProvisionedThroughputExceeded'];
    limiter.done(ticket!, { acknowledged: 0, refused: 1, reasons });
    clock.pass(10_000);
  }
  t.match(log.lines.slice(1), [
    { level: 'info', fields: { unitsPerSecond: 250 }, message: /others are refused too/ },
    { level: 'info', message: /others are refused too/ },
  ]);
  t.equal(log.lines.length, 3);
});

t.test('how much is left is known where something is written to a capacity', async (t) => {
  const { limits } = world();
  limits.setCapacity(provisioned(1000));
  t.equal(limits.leftPercent, undefined, 'a dry run writes nothing');
  limits.writeLimiter();
  t.equal(limits.leftPercent, 100);
  limits.setCapacity(provisioned(undefined));
  t.equal(limits.leftPercent, undefined);
});
