import t from 'tap';
import { specViolations } from '../../../../src/api/validate.js';
import {
  listInvocation,
  logInvocation,
  patchInvocation,
  readInvocation,
  rowOf,
  SUBCOMMAND_NAMES,
  whoAmIInvocation,
} from '../../../../src/cli/kubectl/subcommands.js';
import { seen } from '../../../support/seen.js';

const KIND = 'ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io';

t.test('what kubectl is run with', async (t) => {
  t.strictSame(readInvocation('a'), ['get', KIND, 'a', '--output=json']);
  t.strictSame(listInvocation(), ['get', KIND, '--output=name']);
  t.strictSame(whoAmIInvocation(), ['auth', 'whoami', '--output=json']);
  t.strictSame(patchInvocation('a', { spec: { suspend: true } }), [
    'patch',
    KIND,
    'a',
    '--type=merge',
    '--patch={"spec":{"suspend":true}}',
    '--output=name',
  ]);
  t.equal(logInvocation(seen()), undefined, 'no Job, no log');
  t.strictSame(logInvocation(seen({ status: { job: { name: 'a-1' } } })), [
    'logs',
    'job/a-1',
    '--container=worker',
    '--follow',
  ]);
});

t.test('each change of the spec is one that the API server accepts', async (t) => {
  const changes = SUBCOMMAND_NAMES.flatMap((name) => rowOf(name).change ?? []) as { spec: object }[];
  t.strictSame(
    changes.map(({ spec }) => spec),
    [{ suspend: true }, { suspend: false }, { cancel: true }],
  );
  const { spec } = seen();
  for (const change of changes) t.strictSame(specViolations({ ...spec, ...change.spec }, spec), []);
});
