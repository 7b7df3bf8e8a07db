import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import type { Clock } from '../../../src/deletion/runtime.js';
import { startDeletion } from '../../../src/deletion/delete-partition.js';
import { connect } from '../../../src/dynamodb/client.js';
import { recordedLog } from '../../support/recorded-log.js';
import { surroundings } from '../../support/surroundings.js';

/** The real SDK, on a machine without an identity: what the worker says, how soon, and how it ends. Only its waits are shortened. */

const SERVICE_ACCOUNT = 'ddbctl-worker';

function environment(t: Test, set: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const nowhere = { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' };
  Object.assign(process.env, { ...nowhere, DYNAMOCTL_SERVICE_ACCOUNT: SERVICE_ACCOUNT, ...set });
  t.teardown(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

/** Something that takes connections and never answers. */
async function silence(t: Test): Promise<string> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Each wait takes no time, and counts for ten seconds. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    random: () => 0.5,
    sleep: async () => void (now += 10_000),
  };
}

async function run(endpoint?: string) {
  const connection = await connect({ surroundings, region: 'eu-central-1', endpoint, trustedEndpoints: [] });
  const told: { why: string; after: number }[] = [];
  const began = performance.now();
  const clock = hastyClock();
  const { outcome } = startDeletion({
    client: connection.client,
    asked: { tableName: 'Orders', partitionValue: 'secret', mode: 'Execute' },
    clock,
    log: recordedLog(),
    digest: (text) => text,
    renewCredentials: connection.renewCredentials,
    endpoint: connection.endpoint,
    onObstacle: (why) => {
      if (why !== undefined) told.push({ why, after: performance.now() - began });
    },
  });
  const ended = await outcome;
  connection.close();
  return { ended, told, waited: clock.now() / 1000 };
}

t.test('no identity at all: said at once, and final after a minute', async (t) => {
  const hanging = await silence(t);
  for (const [reason, metadata] of [
    ['nobody is at the address of the instance metadata', 'http://127.0.0.1:9'],
    ['it takes the connection, and says nothing', hanging],
  ] as const)
    await t.test(reason, async (t) => {
      environment(t, { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata });
      const { ended, told, waited } = await run();
      const words = /^no AWS credentials: looked for .*IRSA.*Pod Identity.*metadata.*service account is ddbctl-worker/;
      t.match(told[0]?.why, words);
      t.ok((told[0]?.after ?? Infinity) < 25_000, `first said after ${told[0]?.after} ms`);
      t.match(ended, { state: 'AccessDenied', exitCode: 6, message: words });
      t.equal(waited, 60);
      t.notMatch(JSON.stringify([ended, told]), /secret/);
    });
});

t.test('an endpoint that does not answer is named, with the code of the error', async (t) => {
  environment(t, { AWS_EC2_METADATA_DISABLED: 'true' });
  for (const [endpoint, why] of [
    ['http://127.0.0.1:9', /^no connection to the endpoint http:\/\/127\.0\.0\.1:9: ECONNREFUSED$/],
    [
      'http://nowhere.invalid:8000',
      /^no connection to the endpoint http:\/\/nowhere\.invalid:8000: (ENOTFOUND|EAI_AGAIN)$/,
    ],
  ] as const) {
    const { ended, told } = await run(endpoint);
    t.match(told[0]?.why, why);
    t.match(ended, { state: 'Incomplete', exitCode: 3, message: `no answer from the endpoint ${endpoint} for 60 s` });
  }
});
