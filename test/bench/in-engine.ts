import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { createTable, dropTable, engineAt, putItems } from '../support/dynamodb.js';
import { QueryCommand } from '@aws-sdk/client-dynamodb';

/** A table with one partition of small items on an engine without limits, filled again for each run. */
export async function inEngine(count: number) {
  const local = process.env.DYNAMODB_LOCAL_ENDPOINT;
  const { endpoint, stop } = local ? { endpoint: local, stop: () => undefined } : await startDynalite();
  const engine = engineAt(endpoint);
  const table = `bench-${process.pid}`;
  const keys = Array.from({ length: count }, (_, i) => `ORDER#${String(i).padStart(8, '0')}`);
  const keysFile = join(mkdtempSync(join(tmpdir(), 'bench-')), 'keys.txt');
  writeFileSync(keysFile, keys.join('\n'));
  await createTable(engine.client, { name: table, partition: ['pk', 'S'], sort: ['sk', 'S'] });
  return {
    name: local ? 'DynamoDB Local' : 'dynalite',
    endpoint,
    table,
    keysFile,
    fill: () =>
      putItems(
        engine.client,
        table,
        // dynamodb-toolbox deletes what bears the name of its entity.
        keys.map((S) => ({ pk: { S: 'p' }, sk: { S }, _et: { S: 'Item' }, total: { N: '42' } })),
      ),
    left: async () => {
      const page = await engine.client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :p',
          ExpressionAttributeValues: { ':p': { S: 'p' } },
          Select: 'COUNT',
          ConsistentRead: true,
        }),
      );
      return page.Count ?? 0;
    },
    close: async () => {
      await dropTable(engine.client, table);
      await engine.stop();
      stop();
    },
  };
}

/** In a process of its own: in this one it would share a core with the bench. */
async function startDynalite(): Promise<{ endpoint: string; stop: () => void }> {
  const port = 4600 + (process.pid % 1000);
  const cli = fileURLToPath(new URL('../../node_modules/dynalite/cli.js', import.meta.url));
  const child = spawn(process.execPath, [cli, '--port', String(port), '--host', '127.0.0.1', '--createTableMs', '0']);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('dynalite did not start')));
  });
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}
