import t from 'tap';
import { onAbort } from '../../../src/dynamodb/on-abort.js';

/** What Node.js warned of. */
const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

t.test('as many as there are ranges wait for one signal, and it has one listener', async (t) => {
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    listeners++;
    add(type, listener, options);
  };
  const heard: number[] = [];
  const takeBack = Array.from({ length: 64 }, (_, number) => onAbort(signal, () => heard.push(number)));
  takeBack[1]?.();
  controller.abort();
  controller.abort();
  t.same(
    heard,
    [0, ...Array.from({ length: 62 }, (_, index) => index + 2)],
    'once each, in order, and not who took it back',
  );
  t.equal(listeners, 1);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, [], 'Node.js sees no leak');
});

t.test('who takes it back in that moment is not called', async (t) => {
  const controller = new AbortController();
  const heard: string[] = [];
  onAbort(controller.signal, () => {
    heard.push('first');
    takeBack();
  });
  const takeBack = onAbort(controller.signal, () => heard.push('second'));
  controller.abort();
  t.same(heard, ['first']);
});

t.test('each signal has its own', async (t) => {
  const [one, other] = [new AbortController(), new AbortController()];
  const heard: string[] = [];
  onAbort(one.signal, () => heard.push('one'));
  onAbort(other.signal, () => heard.push('other'));
  other.abort();
  t.same(heard, ['other']);
});
