import t from 'tap';
import { RenewableClient } from '../../../src/dynamodb/renewable-client.js';

/** Clients with a number each; the log says what became of them. */
function world() {
  const log: string[] = [];
  let built = 0;
  const clients = new RenewableClient(() => {
    const number = ++built;
    return {
      send: (() => Promise.resolve(number)) as never,
      destroy: () => void log.push(`destroyed ${number}`),
    };
  });
  /** A request that ends when told to. */
  const begin = () => {
    let end = (): void => undefined;
    let fail = (): void => undefined;
    const sent = clients.use(async (client) => {
      await new Promise<void>((resolve, reject) => ([end, fail] = [resolve, () => reject(new Error('expired'))]));
      return client.send({} as never);
    });
    return { sent, end: () => end(), fail: () => fail() };
  };
  return { clients, log, begin };
}

t.test('a client that failed is replaced, and closed with its last request', async (t) => {
  const { clients, log, begin } = world();
  const [failing, other] = [begin(), begin()];
  failing.fail();
  await t.rejects(failing.sent, { message: 'expired' });
  clients.renew();
  t.same(log, [], 'a request is in flight');
  other.end();
  t.equal(await other.sent, 1);
  t.same(log, ['destroyed 1']);
  const next = begin();
  next.end();
  t.equal(await next.sent, 2);
});

t.test('a client without requests is closed when it is replaced', async (t) => {
  const { clients, log, begin } = world();
  const failing = begin();
  failing.fail();
  await t.rejects(failing.sent);
  clients.renew();
  t.same(log, ['destroyed 1']);
});

t.test('one of which no request failed is kept', async (t) => {
  const { clients, log, begin } = world();
  const [first, second] = [begin(), begin()];
  for (const failing of [first, second]) {
    failing.fail();
    await t.rejects(failing.sent);
    clients.renew();
  }
  const next = begin();
  next.end();
  t.equal(await next.sent, 2, 'the second failure was of the client that was replaced');
  clients.renew();
  t.same(log, ['destroyed 1']);
});

t.test('closing', async (t) => {
  const { clients, log } = world();
  clients.close();
  t.same(log, ['destroyed 1']);
});
