import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** A function that is one table or one text, which would not be easier to read in parts. */
const LONG_BY_NATURE = [
  'src/operator/desired/new-job.ts', // buildJob: one literal, in the order of a Job's YAML
  'src/webhook/metrics.ts', // createMetrics: a list of metrics with their help texts
  'src/cli/commands/delete-partition.ts', // the options and the help text of a command
];

/** `!` is for what an index or a look-up gives, where noUncheckedIndexedAccess cannot see what the code knows. */
const PROVEN_BY_TYPE = {
  selector: 'TSNonNullExpression:not([expression.computed=true], [expression.type="CallExpression"])',
  message: 'Let the type say that it is there.',
};

/** Which room may import which is in test/architecture.test.ts; this is the rest of what keeps them pure. */
const IMPURE =
  'Only src/cli reaches the process, clocks, timers, the network and randomness; the other rooms are handed them.';
const IMPURE_GLOBALS = [
  'process',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'console',
  'crypto',
];
const IMPURE_CALLS = [
  'NewExpression[callee.name="Date"][arguments.length=0]',
  'MemberExpression[object.name="Date"][property.name="now"]',
  'MemberExpression[object.name="Math"][property.name="random"]',
  'ImportSpecifier[imported.name=/^random(Bytes|UUID|Int)$/]',
];

export default defineConfig(
  globalIgnores(['dist/', 'bundle/', 'bin/', 'bench-results/']),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.js'] } })],
    },
    rules: {
      // A switch counts once: it is a table.
      complexity: ['error', { max: 15, variant: 'modified' }],
      'max-depth': ['error', 3],
      eqeqeq: 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-extraneous-dependencies': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/dot-notation': 'error',
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number reads the same in every template; `() => f()` and `return f()` say well that a callback or a function ends there.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // [...text] is how text is cut into code points, which is what API servers and DynamoDB count and compare.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // TypeScript itself says this (noUnusedLocals, noUnusedParameters), and knows `_`.
      '@typescript-eslint/no-unused-vars': 'off',
      // PROVEN_BY_TYPE instead.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 40],
      'no-restricted-syntax': ['error', PROVEN_BY_TYPE],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS.map((name) => ({ name, message: IMPURE }))],
      'no-restricted-syntax': [
        'error',
        PROVEN_BY_TYPE,
        ...IMPURE_CALLS.map((selector) => ({ selector, message: IMPURE })),
      ],
    },
  },
  // Fastify tells by the promise that a hook is done; without one it waits for a callback.
  { files: ['src/webhook/**/*.ts'], rules: { '@typescript-eslint/require-await': 'off' } },
  { files: LONG_BY_NATURE, rules: { 'max-lines-per-function': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // tap's idioms: t.test() need not be awaited, its callback is async instead of calling t.end(), and its `t` is the inner one.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafePromises: [{ from: 'package', package: '@tapjs/core', name: 'PromiseWithSubtest' }] },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-shadow': ['error', { allow: ['t'] }],
      // Environments and merge patches lose keys by name.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // What the model API server refuses with: thousands are thrown, and nobody reads their stacks.
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'file', name: 'Refusal' }] }],
    },
  },
  {
    // They follow the controllers that they stand for, and the API server's rules, branch by branch.
    files: ['test/models/**/*.ts', 'test/simulation/**/*.ts'],
    rules: { complexity: ['error', { max: 25, variant: 'modified' }] },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'import-x/no-default-export': 'off' },
  },
);
