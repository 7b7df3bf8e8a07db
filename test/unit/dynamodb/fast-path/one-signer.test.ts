import { QueryCommand } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { fastSend } from '../../../../src/dynamodb/fast-path/fast-path.js';
import { client, CREDENTIALS, OK } from './handler.js';

const query = () => new QueryCommand({ TableName: 'Orders', KeyConditionExpression: 'pk = :p' });

/** A client whose first request the SDK has sent. */
async function begun() {
  const parts = client();
  const send = fastSend(parts.sdk, parts.recorder);
  await send(query());
  const { signer } = parts.sdk.config;
  let made = 0;
  let failure: Error | undefined;
  parts.sdk.config.signer = async (scheme) => {
    made++;
    if (failure) throw failure;
    return signer(scheme);
  };
  return { ...parts, send, made: () => made, fail: (error?: Error) => (failure = error) };
}

/** How far the time of a request's signature is ahead of now, in milliseconds. */
function aheadBy(headers: Record<string, string>): number {
  const compact = headers['x-amz-date'] ?? '';
  return Date.parse(compact.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')) - Date.now();
}

t.test('one signer serves all requests', async (t) => {
  const { send, made } = await begun();
  for (let i = 0; i < 5; i++) await send(query());
  t.equal(made(), 1);
});

t.test('the time of a signature follows each correction of the clock', async (t) => {
  const { handler, sdk, send } = await begun();
  for (const offset of [600_000, -900_000, 0]) {
    handler.reply = { ...OK, headers: { date: new Date(Date.now() + offset).toUTCString() } };
    await send(query());
    handler.reply = OK;
    for (const [by, request] of [
      ['the fast path', send],
      ['the SDK', sdk.send.bind(sdk)],
    ] as const) {
      await request(query());
      const ahead = aheadBy(handler.last.headers);
      t.ok(Math.abs(ahead - offset) < 60_000, `${by}, after an answer that is ${offset} ms ahead: ${ahead}`);
    }
  }
});

t.test('a signer that could not be made is asked for again', async (t) => {
  const { send, fail } = await begun();
  fail(new Error('no region'));
  await t.rejects(send(query()), { message: 'no region' });
  fail();
  await t.resolves(send(query()));
});

t.test('a client that is given other credentials signs with those', async (t) => {
  const { handler, sdk, send } = await begun();
  await send(query());
  sdk.config.credentials = async () => ({ ...CREDENTIALS, sessionToken: 'another token' });
  await send(query());
  t.equal(handler.last.headers['x-amz-security-token'], 'another token');
});
