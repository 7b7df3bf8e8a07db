import t, { type Test } from 'tap';
import { REQUEST_PATHS, type RequestPath } from '../../../src/api/worker.js';
import { runDeletion } from '../../support/deletion.js';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../../support/dynamodb.js';
import { serve } from '../../support/serve.js';

/** A connection that is cut right behind the head of an answer ends an empty one; and a firewall may answer whatever it likes. */

let engine: Engine;
let tables = 0;
const ITEMS = 100;

t.before(async () => void (engine = await startDynalite()));
t.teardown(() => engine.stop());

interface Meddling {
  operation: string;
  body: string;
  times: number;
  /** Requests that are answered as they should be, before that. */
  skip?: number;
}

/** A full partition, before which something says 200 and `body` to some requests of an operation. */
async function behind(t: Test, { operation, body, times, skip = 0 }: Meddling) {
  const table = `empty-${++tables}`;
  await createTable(engine.client, { name: table, partition: ['pk', 'S'], sort: ['sk', 'N'] });
  const items = Array.from({ length: ITEMS }, (_, i) => ({ pk: { S: 'p' }, sk: { N: `${i}` } }));
  await putItems(engine.client, table, items);
  let seen = 0;
  const url = await serve(t, (request, response) => {
    const isMeant = request.headers['x-amz-target'] === `DynamoDB_20120810.${operation}`;
    if (isMeant && ++seen > skip && seen <= skip + times) {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
      return;
    }
    void forward(request, response);
  });
  return {
    run: (requestPath: RequestPath, mode: 'Execute' | 'DryRun' = 'Execute') =>
      runDeletion(url, { tableName: table, partitionValue: 'p', mode }, {}, () => {}, requestPath),
    left: async () => (await countByPartition(engine.client, table, 'pk')).p ?? 0,
  };
}

for (const requestPath of REQUEST_PATHS)
  t.test(`${requestPath}: no table in the last answer is no word that it is the same one`, async (t) => {
    const world = await behind(t, { operation: 'DescribeTable', body: '{}', times: Infinity, skip: 1 });
    t.match(await world.run(requestPath), { state: 'Incomplete', exitCode: 3, verifiedEmpty: false });
  });

async function forward(...[request, response]: Parameters<Parameters<typeof serve>[1]>): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const answer = await fetch(engine.endpoint, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: Buffer.concat(chunks),
  });
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text());
}

const BODIES = { 'no body at all': '', 'an empty object': '{}', null: 'null', 'an empty list': '[]', 'a text': '"x"' };

for (const requestPath of REQUEST_PATHS)
  for (const [what, body] of Object.entries(BODIES)) {
    t.test(`${requestPath}: ${what} for a page is no empty page`, async (t) => {
      const world = await behind(t, { operation: 'Query', body, times: Infinity });
      for (const mode of ['Execute', 'DryRun'] as const) {
        const outcome = await world.run(requestPath, mode);
        t.match(outcome, { state: 'Incomplete', exitCode: 3, verifiedEmpty: false }, mode);
        t.match(outcome.message, /IncompleteAnswer/);
      }
      t.equal(await world.left(), ITEMS);
    });

    t.test(`${requestPath}: ${what} for the first pages is a fault that passes`, async (t) => {
      const world = await behind(t, { operation: 'Query', body, times: 3 });
      const outcome = await world.run(requestPath);
      t.match(outcome, { state: 'PartitionDeleted', verifiedEmpty: true, progress: { itemsDeleted: ITEMS } });
      t.equal(await world.left(), 0);
    });

    t.test(`${requestPath}: ${what} for a batch deletes nothing`, async (t) => {
      const world = await behind(t, { operation: 'BatchWriteItem', body, times: 2 });
      const outcome = await world.run(requestPath);
      t.match(outcome, { state: 'PartitionDeleted', progress: { itemsDeleted: ITEMS, atLeast: true } });
      t.match(outcome.message, /^at least 100 items deleted/);
      t.equal(await world.left(), 0);
    });
  }
