import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { serve } from '../support/serve.js';
import { startDynamoctl } from '../support/worker-process.js';

/** Nothing that the process waits for keeps it alive: as after a lost timer or socket, which is always a bug. */
const FORGETFUL = `const net = require('node:net');
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) { return connect.apply(this, args).unref(); };
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
  const start = globalThis[name];
  globalThis[name] = Object.assign((...args) => start(...args).unref(), start);
}
`;

t.test('a worker that has nothing left to wait for has not verified', async (t) => {
  const endpoint = await serve(t, () => undefined);
  const preload = join(t.testdir(), 'forgetful.cjs');
  writeFileSync(preload, FORGETFUL);
  const args = ['delete-partition', '-s', '-t', 'Orders', '-p', 'a', '-e', endpoint];
  const { code, stdout } = await startDynamoctl(args, {}, ['--no-warnings', '-r', preload]).ended;
  t.equal(code, 1, 'exit code 0 means that it has');
  t.notMatch(stdout, 'PartitionDeleted');
});
