import t from 'tap';
import { Flight, REQUEST_LIMIT_MS } from '../../../src/dynamodb/flight.js';
import { VirtualTime } from '../../models/virtual-time.js';

const never = new Promise<never>(() => undefined);

/** The timer of a request, in virtual time. */
const after = (clock: VirtualTime) => (ms: number, act: () => void) => {
  const planned = clock.after(ms, act);
  return () => void (planned.cancelled = true);
};

interface World {
  clock: VirtualTime;
  stopping: AbortController;
  fence: AbortController;
  flight: Flight;
}

/** A request that is never answered, to which something happens. @returns how it ended, and whether the SDK was told */
async function ended(happens: (world: World) => void | Promise<void>): Promise<{ name: unknown; told: boolean }> {
  const [clock, stopping, fence] = [new VirtualTime(), new AbortController(), new AbortController()];
  let given: Flight | undefined;
  const sending = Flight.send(
    (signal) => {
      given = signal;
      return never;
    },
    after(clock),
    stopping.signal,
  ).catch((error: unknown) => error);
  await happens({ clock, stopping, fence, flight: given! });
  return { name: ((await sending) as Error).name, told: given!.aborted };
}

t.test('how a request ends that is not answered', async (t) => {
  for (const [reason, name, happens] of [
    [
      'no answer in time',
      'NoAnswerInTime',
      ({ flight, clock }) => {
        flight.leaves(true);
        return clock.advanceTo(REQUEST_LIMIT_MS);
      },
    ],
    ['credentials that take too long', 'NotSentInTime', ({ clock }) => clock.advanceTo(REQUEST_LIMIT_MS)],
    ['told to stop before it was sent', 'NotSent', ({ stopping }) => stopping.abort()],
    [
      'told to stop during a read',
      'ReadGivenUp',
      ({ flight, stopping }) => {
        flight.leaves(false);
        stopping.abort();
      },
    ],
    [
      'told to stop during a write, which goes on',
      'NoAnswerInTime',
      ({ flight, stopping, clock }) => {
        flight.leaves(true);
        stopping.abort();
        return clock.advanceTo(REQUEST_LIMIT_MS);
      },
    ],
    [
      'the fence closes during a write',
      'WriteGivenUp',
      ({ flight, fence }) => {
        flight.follow(fence.signal);
        flight.leaves(true);
        fence.abort();
      },
    ],
    [
      'the fence has closed',
      'WriteGivenUp',
      ({ flight, fence }) => {
        fence.abort();
        flight.follow(fence.signal);
      },
    ],
  ] as readonly [string, string, (world: World) => void | Promise<void>][])
    t.same(await ended(happens), { name, told: true }, reason);
});

t.test('told to stop before it begins', async (t) => {
  const stopping = AbortSignal.abort();
  await t.rejects(
    Flight.send(() => never, after(new VirtualTime()), stopping),
    { name: 'NotSent' },
  );
});

t.test('what is answered leaves nothing behind', async (t) => {
  const [clock, stopping] = [new VirtualTime(), new AbortController()];
  let given: Flight | undefined;
  const send = async (signal: Flight): Promise<string> => {
    given = signal;
    return 'answer';
  };
  t.equal(await Flight.send(send, after(clock), stopping.signal), 'answer');
  stopping.abort();
  await clock.advanceTo(REQUEST_LIMIT_MS);
  t.equal(given?.aborted, false, 'neither the limit nor the stop comes after its end');
  t.equal(clock.steps, 0, 'its timer is gone');
});

t.test('a signal of no flight', async (t) => {
  for (const signal of [undefined, null, new AbortController().signal]) t.equal(Flight.of(signal), undefined);
});

t.test('what has been given up follows no signal any more', async (t) => {
  const [stopping, fence] = [new AbortController(), new AbortController()];
  let followed = 0;
  fence.signal.addEventListener = () => (followed += 1);
  let flight: Flight | undefined;
  const sent = Flight.send((signal) => ((flight = signal), never), after(new VirtualTime()), stopping.signal);
  stopping.abort();
  await t.rejects(sent, { name: 'NotSent' });
  flight!.follow(fence.signal);
  t.equal(followed, 0, 'it would never be taken back');
});

t.test('the SDK is told once, and not after the answer', async (t) => {
  const [clock, stopping] = [new VirtualTime(), new AbortController()];
  let told = 0;
  const sent = Flight.send(
    (signal) => {
      signal.onabort = () => (told += 1);
      return never;
    },
    after(clock),
    stopping.signal,
  );
  stopping.abort();
  await t.rejects(sent, { name: 'NotSent' });
  await clock.advanceTo(REQUEST_LIMIT_MS);
  t.equal(told, 1);
});

t.test('as many as may be in flight wait for one signal', async (t) => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  t.teardown(() => process.off('warning', hear));
  const [clock, stopping, fence] = [new VirtualTime(), new AbortController(), new AbortController()];
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const flights = Array.from({ length: 64 }, () =>
    Flight.send(
      async (signal) => {
        Flight.of(signal)?.follow(fence.signal);
        await arrived;
      },
      after(clock),
      stopping.signal,
    ),
  );
  arrive();
  await Promise.all(flights);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, [], 'Node.js sees no leak');
});
