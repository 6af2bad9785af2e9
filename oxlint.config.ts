import { defineConfig, type OxlintConfig } from 'oxlint';
import { ROOMS, type Room, testArrowsOf } from './.ci/rooms.ts';

type Override = NonNullable<OxlintConfig['overrides']>[number];
type Imports = { patterns: { group: string[]; message: string }[] };

function arrowsOf({ folder, mayImport }: Room, arrows = mayImport): Imports {
  const allowed = arrows.map((target) => `!@core-exit/${target}`);
  const others = ROOMS.filter((other) => other.folder !== folder).map((other) => `../**/${other.folder}/**`);
  return {
    patterns: [
      {
        group: ['@core-exit/*', '@core-exit/**', ...allowed],
        message: `${folder} may not import this room: see the arrows in docs/architecture.md`,
      },
      { group: others, message: 'no relative import across a workspace border' },
    ],
  };
}

/** Inside a service: main -> adapters -> flows -> domain. */
const domainImports: Imports = {
  patterns: [
    {
      group: ['**', '!./*', '!@core-exit/bank-contract/reasons'],
      message: 'domain is pure: it imports only its own files',
    },
  ],
};

function flowsImports(room: Room): Imports {
  const { patterns } = arrowsOf(room);
  return {
    patterns: [
      ...patterns,
      {
        group: [
          '../db/**',
          '../http/**',
          '../events/**',
          '../config.ts',
          'typeorm',
          'pg',
          'ioredis',
          'kafkajs',
          'fastify',
        ],
        message: 'a flow asks for a port: adapters depend on flows, never the other way round',
      },
    ],
  };
}

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
    ...ROOMS.map((room) => refusing([`${room.folder}/**/*.ts`], arrowsOf(room))),
    ...ROOMS.flatMap((room) => [
      refusing([`${room.folder}/src/domain/**/*.ts`], domainImports),
      refusing([`${room.folder}/src/flows/**/*.ts`], flowsImports(room)),
      refusing(
        ['*.test.ts', 'test/**', 'testing/**', 'both-cores/**'].map((files) => `${room.folder}/**/${files}`),
        arrowsOf(room, testArrowsOf(room)),
      ),
    ]),
    { files: ['**/src/**/*.ts'], rules: { 'house/no-path-out-of-room': 'error' } },
    { files: ['interest-service/src/**/*.ts'], rules: { 'house/sql-in-sql-files': 'error' } },
    { files: ['**/*.sql.ts', '**/*.test.ts', '**/testing/**'], rules: { 'house/sql-in-sql-files': 'off' } },
    // A describe block is as long as its sentences.
    { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
    { files: ['**/config.ts', 'vitest.config.ts', '.ci/**'], rules: { 'node/no-process-env': 'off' } },
  ],
});

function refusing(files: string[], imports: Imports): Override {
  return { files, rules: { 'no-restricted-imports': ['error', imports] } };
}
