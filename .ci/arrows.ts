import type { OxlintConfig } from 'oxlint';
import { COMMON_FOLDERS, ROOMS, type Room, STORIES, testArrowsOf } from './rooms.ts';

/** The arrows of rooms.ts as rules of the linter: between rooms, and inside the two services. */

export type Override = NonNullable<OxlintConfig['overrides']>[number];
type Imports = { patterns: { group: string[]; message: string }[] };

const FLOW_MESSAGE = 'a flow asks for a port: adapters depend on flows, never the other way round';

/** A later override replaces an earlier one for the same file, so the rules go from the wide to the narrow. */
export const ARROWS: Override[] = [
  ...ROOMS.map((room) => refusing([`${room.folder}/**/*.ts`], arrowsOf(room))),
  ...roomNamed('interest-service').flatMap(storiesOfTheNewCore),
  ...roomNamed('legacy-core-adapter').flatMap(endsOfTheLegacyCore),
  ...roomNamed('rollout').map((room) =>
    withoutAdapters(room, `${room.folder}/src/{decide,gate,plan}/**/*.ts`),
  ),
  ...roomNamed('comparator').map((room) =>
    withoutAdapters(room, `${room.folder}/src/{engine,verdict,compare}/**/*.ts`),
  ),
  ...ROOMS.map((room) =>
    refusing(
      ['*.test.ts', 'testing/**', 'both-cores/**'].map((files) => `${room.folder}/**/${files}`),
      arrowsOf(room, testArrowsOf(room)),
    ),
  ),
];

function roomNamed(folder: string): Room[] {
  return ROOMS.filter((room) => room.folder === folder);
}

function refusing(files: string[], imports: Imports): Override {
  return { files, rules: { 'no-restricted-imports': ['error', imports] } };
}

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

/** The new core: domain is pure, stories share through ledger/, and in a story the suffix of a file gives its layer. */
function storiesOfTheNewCore(room: Room): Override[] {
  const src = `${room.folder}/src`;
  const { patterns } = arrowsOf(room);
  const layers = ['sql', 'route', 'command', 'process', 'kafka', 'redis', 'metrics'];
  const drivers = ['typeorm', 'pg', 'pg-logical-replication', 'ioredis', 'kafkajs', 'fastify', 'prom-client'];
  const adapters = {
    group: [...layers.map((layer) => `**/*.${layer}.ts`), ...drivers, '@slack/webhook'],
    message: FLOW_MESSAGE,
  };
  const domain = {
    group: ['**', '!./*', '!@core-exit/bank-contract/reasons'],
    message: 'domain is pure: it imports only its own files',
  };
  const common = Object.entries(COMMON_FOLDERS).map(([folder, allowed]) => {
    const group = ['../**', ...allowed.map((other) => `!../${other}/**`)];
    const message = `${folder} imports ${allowed.join(' and ')} alone`;
    return refusing([`${src}/${folder}/*.ts`], { patterns: [...patterns, { group, message }] });
  });
  const stories = STORIES.flatMap((story) => {
    const others = [...STORIES.filter((other) => other !== story), 'main.ts', 'serve.ts', 'config.ts'];
    const otherStories = {
      group: others.flatMap((other) => [`../**/${other}`, `../**/${other}/**`]),
      message: `${story} may not import another story: what they share belongs to ledger/`,
    };
    const command = { group: ['../**/command/**'], message: 'only commands import command/' };
    const layerFiles = layers.map((layer) => `${src}/${story}/**/*.${layer}.ts`);
    return [
      refusing([`${src}/${story}/**/*.ts`], { patterns: [...patterns, otherStories, adapters, command] }),
      refusing(layerFiles, { patterns: [...patterns, otherStories] }),
    ];
  });
  return [...common, ...stories, refusing([`${src}/domain/**/*.ts`], { patterns: [domain] })];
}

/** Folders of the toolkit that decide and compare: they meet servers through ports alone. */
function withoutAdapters(room: Room, files: string): Override {
  const servers = ['pg', 'kafkajs', 'fastify', 'undici', 'unleash-client', '@slack/webhook'];
  const adapters = { group: ['**/*.sql.ts', ...servers], message: FLOW_MESSAGE };
  return refusing([files], { patterns: [...arrowsOf(room).patterns, adapters] });
}

/** The adapter and the legacy core share the telegrams alone; a flow of the adapter uses telegrams as data. */
function endsOfTheLegacyCore(room: Room): Override[] {
  const adapter = `${room.folder}/src`;
  const stories = `${adapter}/{payout,quote}`;
  const { patterns } = arrowsOf(room);
  const without = (otherEnd: string): Imports => {
    const message = `the adapter and the legacy core share telegram/ alone: ${otherEnd} is the other end`;
    return { patterns: [...patterns, { group: [otherEnd], message }] };
  };
  const adapters = {
    group: [
      '**/*.sql.ts',
      '**/*.route.ts',
      '**/config.ts',
      '**/*-transport/**',
      '**/transport/*',
      '!**/transport/legacy-transport.ts',
      'pg',
      'fastify',
      'pino',
    ],
    message: FLOW_MESSAGE,
  };
  const codec = {
    group: ['**/telegram/*', '!**/telegram/guid.ts', '!**/telegram/layout.ts'],
    message: 'a flow uses telegram messages as data: a transport encodes them',
  };
  return [
    refusing([`${adapter}/**/*.ts`], without('**/legacy-core/**')),
    refusing([`${room.folder}/legacy-core/**/*.ts`], without('**/src/**')),
    refusing([`${stories}/*.ts`], { patterns: [...patterns, adapters, codec] }),
    refusing([`${stories}/*.{sql,route}.ts`, `${stories}/*-loop.ts`], { patterns }),
  ];
}
