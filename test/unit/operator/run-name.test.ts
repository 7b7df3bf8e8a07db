import t from 'tap';
import { isNameOfRun, jobName, runOf } from '../../../src/operator/run-name.js';

t.test('a run is the uid and the mode of its resource', async (t) => {
  t.match(runOf('uid-1', 'Execute'), /^[0-9a-f]{10}$/);
  t.equal(runOf('uid-1', 'Execute'), 'd1ca094c56', 'fixed forever: a Job of an older version must be found again');
  t.not(runOf('uid-1', 'DryRun'), runOf('uid-1', 'Execute'), 'an approval is another run');
  t.not(runOf('uid-2', 'Execute'), runOf('uid-1', 'Execute'), 'so is a resource that is created again');
});

t.test('names of Jobs', async (t) => {
  for (const [parent, name, reason] of [
    ['sample', 'sample-0123456789', 'the name of the resource, and the run'],
    ['a.b.c', 'a-b-c-0123456789', 'dots become dashes: pods are named after it'],
    ['x'.repeat(46), `${'x'.repeat(46)}-0123456789`, 'just short enough'],
    ['x'.repeat(253), `${'x'.repeat(46)}-0123456789`, 'cut: a label of the pod holds it'],
    [`${'x'.repeat(44)}..y`, `${'x'.repeat(44)}-0123456789`, 'no dashes before the run'],
  ] as const) {
    t.equal(jobName(parent, '0123456789'), name, reason);
    t.ok(name.length <= 57, 'six characters are left for the pod');
  }
});

t.test('names that belong to a resource', async (t) => {
  const parent = { name: 'a.b', uid: 'uid-1' };
  t.ok(isNameOfRun(jobName('a.b', runOf('uid-1', 'Execute')), parent));
  t.ok(isNameOfRun(jobName('a.b', runOf('uid-1', 'DryRun')), parent));
  t.notOk(isNameOfRun(jobName('a.b', runOf('uid-2', 'Execute')), parent), 'of another uid');
  t.notOk(isNameOfRun('a-b', parent), 'without a run');
});

t.test('what was asked before changes no name', async (t) => {
  const names = (): string[] =>
    ['a.b', 'a-b', 'c', 'a.b'].flatMap((name) =>
      ['uid-1', 'uid-2'].flatMap((uid) => [
        jobName(name, runOf(uid, 'DryRun')),
        jobName(name, runOf(uid, 'Execute')),
        String(isNameOfRun(jobName(name, runOf(uid, 'Execute')), { name, uid })),
      ]),
    );
  const first = names();
  t.equal(new Set(first).size, 9, 'two dots or dashes are one name; the third name, two uids, two modes, and true');
  t.strictSame(names(), first);
});
