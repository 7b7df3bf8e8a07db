import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import { FaultyDynamoDb } from '../../models/dynamodb/throttling-proxy/index.js';
import { createTable, startDynalite } from '../../support/dynamodb.js';
import { runDynamoctl } from '../../support/worker-process.js';

const engine = await startDynalite();
t.teardown(() => engine.stop());
await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'] });

/** The environment of a Job, as its container sees it. */
const JOB = {
  [ENV.tableName]: 'Orders',
  [ENV.partitionValue]: 'other',
  [ENV.region]: 'us-east-1',
  [ENV.mode]: 'DryRun',
  [ENV.parentName]: 'count-orders',
  [ENV.parentNamespace]: 'shop',
  [ENV.parentUID]: 'uid-1',
  [ENV.jobUID]: 'uid-2',
  [ENV.terminationMessagePath]: join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'message'),
};

t.test('in a Job, a name that resolves to this machine is refused; at a terminal it is not', async (t) => {
  const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint });
  t.teardown(() => proxy.close());
  // Resolves one more name than the machine does, before anything has imported the module.
  const resolver = `import dns from 'node:dns'; import { syncBuiltinESMExports } from 'node:module';
    const { lookup } = dns; dns.lookup = (host, ...rest) => lookup(host === 'engine.test' ? '127.0.0.1' : host, ...rest); syncBuiltinESMExports();`;
  const named = {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(resolver)}`,
    [ENV.endpointURL]: proxy.url.replace('127.0.0.1', 'engine.test'),
  };
  const env = { ...JOB, ...named };
  t.equal((await runDynamoctl(['delete-partition'], env)).code, 2);
  t.match(JSON.parse(readFileSync(env[ENV.terminationMessagePath], 'utf8')), {
    outcome: 'InvalidTarget',
    message: /engine\.test resolves to 127\.0\.0\.1/,
  });
  t.same(proxy.received, [], 'nothing reached it');
  const byHand = await runDynamoctl(['delete-partition', '-t', 'Orders', '-p', 'other', '--dry-run'], named);
  t.equal(byHand.code, 0, byHand.stderr);
  t.not(proxy.received.length, 0);
});
