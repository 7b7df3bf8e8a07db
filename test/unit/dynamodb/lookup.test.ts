import { BatchWriteItemCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import t from 'tap';
import { connect } from '../../../src/dynamodb/client.js';
import { classOf, nameOf } from '../../../src/dynamodb/errors.js';
import { surroundings } from '../../support/surroundings.js';

const describe = new DescribeTableCommand({ TableName: 'Orders' });
const batch = new BatchWriteItemCommand({
  RequestItems: { Orders: [{ DeleteRequest: { Key: { id: { S: 'x' } } } }] },
});
const refused = Object.assign(new Error('refused'), { name: 'LocalAddress' });

t.test('who resolves the names of endpoints', async (t) => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.writeHead(400).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const [host, trusted, isAsked, because] of [
    ['engine.test', false, true, 'a name of anybody'],
    ['localhost', false, false, 'the operator allowed exactly this'],
    ['localhost', true, false, 'the operator trusts it'],
  ] as const) {
    const endpoint = `http://${host}:${port}`;
    let asked = false;
    const connection = await connect({
      surroundings,
      region: 'us-east-1',
      endpoint,
      trustedEndpoints: trusted ? [endpoint] : [],
      lookup: (_host, _options, done) => {
        asked = true;
        done(refused, []);
      },
    });
    const error: unknown = await connection.client.send(describe).catch((thrown: unknown) => thrown);
    t.equal(asked, isAsked, because);
    if (isAsked) t.equal(classOf(error), 'misaddressed', 'the error arrives as it was given');
    connection.close();
  }
  t.equal(requests, 1, 'nothing is sent where it refused, and none is signed without credentials');
});

t.test('a write that was never connected was not carried out: the SDK gives both time-outs one name', async (t) => {
  const connection = await connect({
    surroundings,
    region: 'us-east-1',
    endpoint: 'http://engine.test:8000',
    trustedEndpoints: [],
    // As where a firewall drops what is sent: the time-out of a connection is 5 s.
    lookup: () => undefined,
  });
  t.teardown(connection.close);
  const error: unknown = await connection.client.send(batch).catch((thrown: unknown) => thrown);
  t.equal(classOf(error), 'not-sent', nameOf(error));
});
