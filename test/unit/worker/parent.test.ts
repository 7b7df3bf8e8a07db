import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import { checkExpectedTarget, isSameTarget, parentProblems, readParent } from '../../../src/worker/parent.js';

const TARGET = { tableId: 'table', digest: 'a'.repeat(64) };
const JOB = {
  [ENV.parentName]: 'delete-orders',
  [ENV.parentNamespace]: 'shop',
  [ENV.parentUID]: 'uid-1',
  [ENV.jobUID]: 'uid-2',
};
const EXPECTED = { [ENV.expectedTableId]: TARGET.tableId, [ENV.expectedDigest]: TARGET.digest };

t.test('the resource that a Job works for', async (t) => {
  const parent = { name: 'delete-orders', namespace: 'shop', uid: 'uid-1', jobUID: 'uid-2' };
  for (const [reason, env, expected] of [
    ['a person started it', {}, undefined],
    ['a Job of a resource that has recorded no target, or of an earlier version', JOB, parent],
    [
      'a Job whose deletion gets a receipt',
      { ...JOB, [ENV.receiptKeyFile]: '/key.pem', [ENV.receiptKeySecret]: 's' },
      { ...parent, receipt: { keyFile: '/key.pem', secret: 's' } },
    ],
    ['a Job that must find a target', { ...JOB, ...EXPECTED }, { ...parent, expected: TARGET }],
  ] as const) {
    t.same(parentProblems(env), [], reason);
    t.same(readParent(env), expected, reason);
  }
});

t.test('half of it is refused', async (t) => {
  const { [ENV.jobUID]: _job, ...withoutJob } = JOB;
  const { [ENV.expectedDigest]: _digest, ...withoutDigest } = { ...JOB, ...EXPECTED };
  t.same(parentProblems(withoutJob), [`${ENV.jobUID}: must be set together with ${ENV.parentUID}`]);
  t.same(parentProblems(withoutDigest), [`${ENV.expectedDigest}: must be set together with its pair`]);
  t.match(parentProblems({ ...JOB, ...EXPECTED, [ENV.expectedTableId]: '' }), [/TABLE_ID/], 'nor may it be empty');
});

t.test('a target is the same by table id and digest', async (t) => {
  for (const [reason, found, same] of [
    ['the same', { ...TARGET }, true],
    ['a table that was re-created', { ...TARGET, tableId: 'x' }, false],
    ['a Secret with another key', { ...TARGET, digest: 'b'.repeat(64) }, false],
  ] as const) {
    t.equal(isSameTarget(TARGET, found), same, reason);
    const check = () => checkExpectedTarget({ expected: TARGET }, found);
    if (same) t.doesNotThrow(check, reason);
    else t.throws(check, { name: 'Failure', state: 'GuardRefused', message: /target differs/ }, reason);
  }
  t.doesNotThrow(() => checkExpectedTarget({}, TARGET), 'none is expected');
});
