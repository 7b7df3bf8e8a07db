import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { readReport } from '../../../../src/api/validate.js';
import { ENV } from '../../../../src/api/worker.js';
import { reportInvalid } from '../../../../src/cli/output/report-invalid.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
let files = 0;

/** Reports in a Job's environment, and reads what Kubernetes would read. */
function reported(env: Record<string, string>, problems = ['--region: must be …', 'another']) {
  const path = join(folder, String(files++));
  reportInvalid(problems, { [ENV.terminationMessagePath]: path, ...env });
  return existsSync(path) ? readReport(readFileSync(path, 'utf8')) : undefined;
}

t.test('the operator can read what is wrong', async (t) => {
  for (const [reason, env, expected] of [
    ['a deletion', { [ENV.jobUID]: 'job' }, { mode: 'Execute', jobUID: 'job' }],
    ['a dry run', { [ENV.mode]: 'DryRun', [ENV.jobUID]: 'job' }, { mode: 'DryRun' }],
    ['a mode that nobody knows', { [ENV.mode]: 'Delete', [ENV.jobUID]: 'job' }, { mode: 'Execute' }],
  ] as const)
    t.match(
      reported({ [ENV.parentUID]: 'uid', ...env }),
      {
        parentUID: 'uid',
        final: true,
        outcome: 'InvalidTarget',
        exitCode: 2,
        verifiedEmpty: false,
        message: '--region: must be …; another',
        ...expected,
      },
      reason,
    );
});

t.test('outside of a Job there is nobody to report to', async (t) => {
  t.equal(reported({}), undefined);
});

t.test('a file that cannot be written is no error', async (t) => {
  t.equal(reported({ [ENV.parentUID]: 'uid', [ENV.terminationMessagePath]: '/nowhere/at/all' }), undefined);
});
