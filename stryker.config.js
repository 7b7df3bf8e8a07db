/**
 * Mutation tests of the three rooms that decide and delete: `npm run mutation`, or of some files
 * `npm run mutation -- --mutate 'src/operator/rules/*.ts'`. docs/mutation.md says what came of it.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['src/{operator,worker,deletion}/**/*.ts'],
  // Each mutant is tested by the unit tests of its room.
  rooms: ['operator', 'worker', 'deletion'],
  plugins: ['./tools/mutation/plugin.ts'],
  testRunner: 'in-process',
  testRunnerNodeArgs: ['--import', 'tsx', '--no-warnings'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 5000,
  timeoutFactor: 5,
  ignorePatterns: ['.tap', 'bench-results', 'bundle', 'dist', 'reports', 'test/e2e', 'test/cluster'],
  tempDirName: '.stryker-tmp',
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  checkers: [],
  thresholds: { high: 95, low: 90, break: null },
};
