import { defineConfig } from 'oxlint';
import { ARROWS } from './.ci/arrows.ts';

export default defineConfig({
  plugins: ['typescript', 'import', 'node', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  jsPlugins: ['./.ci/lint-rules.ts'],
  ignorePatterns: ['node_modules', '.local'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'house/no-bank-words': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/ban-ts-comment': 'error',
    // Ports are records of closures: nothing there has a `this` to lose.
    'typescript/unbound-method': 'off',
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    'node/no-process-env': 'error',
  },
  overrides: [
    ...ARROWS,
    { files: ['**/src/**/*.ts'], rules: { 'house/no-path-out-of-room': 'error' } },
    // The local stack starts the programs of every room, so it knows where they are.
    { files: ['local-stack/**'], rules: { 'house/no-path-out-of-room': 'off' } },
    {
      files: [
        'interest-service/src/**/*.ts',
        'legacy-core-adapter/**/*.ts',
        'test-cases/src/**/*.ts',
        'comparator/src/**/*.ts',
        'rollout/src/**/*.ts',
        'bank/**/*.ts',
        'process/src/**/*.ts',
      ],
      rules: { 'house/sql-in-sql-files': 'error' },
    },
    { files: ['**/*.sql.ts', '**/*.test.ts', '**/testing/**'], rules: { 'house/sql-in-sql-files': 'off' } },
    // A describe block is as long as its sentences.
    { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
    { files: ['**/config.ts', 'vitest.config.ts', '.ci/**'], rules: { 'node/no-process-env': 'off' } },
  ],
});
