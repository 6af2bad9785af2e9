import { defineConfig, type OxlintConfig } from 'oxlint';

type Override = NonNullable<OxlintConfig['overrides']>[number];
type Imports = { patterns: { group: string[]; message: string }[] };

/** The arrows between rooms (docs/architecture.md). Whatever is not listed is refused. */
const ARROWS: Record<string, string[]> = {
  process: [],
  cache: ['process/*'],
  rollout: ['process/*'],
  comparator: ['process/*', 'rollout'],
  'bank/ledger': ['process/*'],
  'bank/contract': ['process/*'],
  'bank/extraction': ['bank-contract', 'comparator', 'rollout'],
  'interest-service': [
    'process/*',
    'cache',
    'bank-contract',
    'bank-contract/server',
    'bank-contract/reasons',
  ],
  'legacy-core-adapter': ['process/*', 'bank-contract', 'bank-contract/server'],
  'test-cases': ['bank-contract', 'interest-service/domain', 'interest-service/tax-rules'],
  'local-stack': ['process/*', 'bank-ledger/seed'],
};
const rooms = Object.keys(ARROWS);

/** Tests may start real parts. */
const FOR_TESTS = ['local-stack/testing', 'rollout/testing', 'comparator/testing', 'comparator/engine'];

function arrowsOf(room: string, extra: string[] = []): Imports {
  const allowed = [...(ARROWS[room] ?? []), ...extra].map((target) => `!@core-exit/${target}`);
  const others = rooms.filter((other) => other !== room).flatMap((other) => [`../**/${other}/**`]);
  return {
    patterns: [
      {
        group: ['@core-exit/*', '@core-exit/**', ...allowed],
        message: `${room} may not import this room: see the arrows in docs/architecture.md`,
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

function flowsImports(room: string): Imports {
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
  ignorePatterns: ['node_modules', '.local'],
  rules: {
    'import/no-cycle': 'error',
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
    ...rooms.map((room) => refusing([`${room}/**/*.ts`], arrowsOf(room))),
    ...rooms.flatMap((room) => [
      refusing([`${room}/src/domain/**/*.ts`], domainImports),
      refusing([`${room}/src/flows/**/*.ts`], flowsImports(room)),
      refusing(
        [`${room}/**/*.test.ts`, `${room}/test/**`, `${room}/both-cores/**`],
        arrowsOf(room, FOR_TESTS),
      ),
    ]),
    // A describe block is as long as its sentences.
    { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
    { files: ['**/config.ts', 'vitest.config.ts', '.ci/**'], rules: { 'node/no-process-env': 'off' } },
  ],
});

function refusing(files: string[], imports: Imports): Override {
  return { files, rules: { 'no-restricted-imports': ['error', imports] } };
}
