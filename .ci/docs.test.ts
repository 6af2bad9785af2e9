import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serviceCommand } from '@core-exit/local-stack/bench';
import { EXIT } from '@core-exit/process/exit-codes';
import { describe, expect, it } from 'vitest';
import { FAULT_CODES_PAGE, faultCodesPage, readFaultTables } from './fault-codes.ts';
import { ROOMS } from './rooms.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md'),
  ...globSync('{*,bank/*}/README.md'),
];

/** Known to every program of a machine, not settings of ours. */
const NOT_OURS = new Set(['CI', 'HOME', 'INIT_CWD', 'LANG', 'MAVEN_OPTS', 'PATH', 'TMPDIR']);

/** Targets of the links of a page: the file as a path from the root, and the heading or null. */
function linksOf(page: string): { link: string; file: string; heading: string | null }[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] ?? '');
  return links
    .filter((link) => !/^(https?|mailto):/.test(link))
    .map((link) => {
      const [path = '', heading = null] = link.split('#');
      return { link, file: path === '' ? page : join(dirname(page), path), heading };
    });
}

/** The anchors that a reader of the page on GitHub can jump to. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Every config.ts of a room: one for each program. */
const configsOf = (room: string): string[] =>
  globSync(`${room}/**/config.ts`, { exclude: ['**/node_modules/**'] }).toSorted();

/** Names that a config.ts reads from the environment. */
function namesRead(file: string): string[] {
  const quoted = [...read(file).matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map((m) => m[1] ?? '');
  const names = new Set(quoted);
  const isValueFromFile = (name: string) =>
    name.endsWith('_FILE') && names.has(name.slice(0, -'_FILE'.length));
  return [...names].filter((name) => !NOT_OURS.has(name) && !isValueFromFile(name));
}

/** Names that the programs of a room read, and names that their table in docs/configuration.md has. */
function variables(room: string): { code: string[]; docs: string[] } {
  const code = new Set(configsOf(room).flatMap(namesRead));
  const section =
    read('docs/configuration.md')
      .split(/^## /m)
      .find((text) => text.startsWith(`${room}\n`)) ?? '';
  const docs = [...section.matchAll(/^\| `([A-Z0-9_]+)` /gm)].map((m) => m[1] ?? '');
  return { code: [...code].toSorted(), docs: docs.toSorted() };
}

describe('the documentation is true', () => {
  it.each(ROOMS.map(({ folder }) => folder).filter((folder) => configsOf(folder).length > 0))(
    'the table of settings of %s has what its config.ts reads, and no more than 21',
    (room) => {
      const { code, docs } = variables(room);
      expect(docs).toEqual(code);
      for (const file of configsOf(room)) expect(namesRead(file).length).toBeLessThanOrEqual(21);
    },
  );

  it.each(PAGES)('%s: every link leads to a file, and to a heading that the file has', (page) => {
    const broken = linksOf(page).filter(({ file, heading }) => {
      if (!existsSync(file)) return true;
      return heading !== null && file.endsWith('.md') && !headingsOf(file).includes(heading);
    });
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  it('the table of rooms in docs/architecture.md has the arrows that the linter allows', () => {
    const rows = [...read('docs/architecture.md').matchAll(/^\| \[`([a-z/-]+?)\/?`\].*\| ([^|]+) \|$/gm)];
    const inDocs = rows.map(([, folder, arrows = '']) => [
      folder,
      [...arrows.matchAll(/`([^`]+)`/g)].map((m) => m[1]).toSorted(),
    ]);
    const folderOf = (arrow: string) => arrow.replace(/\/\*$/, '').replace(/^bank-/, 'bank/');
    const inLint = ROOMS.map(({ folder, mayImport }) => [
      folder,
      [...new Set(mayImport.map(folderOf))].toSorted(),
    ]);
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(inLint));
  });

  it('the index of the decisions lists every decision', () => {
    const listed = linksOf('docs/decisions/README.md').map(({ file }) => file);
    expect(listed).toEqual(globSync('docs/decisions/[0-9]*.md').toSorted());
  });

  it('the page of fault codes has the tables of all rooms: run npm run fault-codes', async () => {
    const tables = await readFaultTables();
    expect(read(FAULT_CODES_PAGE)).toBe(faultCodesPage(tables));
    expect(
      tables.filter(({ codes }) => codes.length === 0).map(({ file }) => `${file} exports no table`),
    ).toEqual([]);
    const codes = tables.flatMap((table) => table.codes.map(({ code }) => code));
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('a room lists its fault codes in faults.ts and nowhere else', () => {
    const sources = globSync('{*,bank/*}/**/*.ts', { exclude: ['**/node_modules/**'] });
    const elsewhere = sources.filter((file) => !/(^|\/)faults(\.test)?\.ts$/.test(file));
    expect(elsewhere.filter((file) => read(file).includes('faultCodes({'))).toEqual([]);
  });

  it('the table of exit codes has the codes of every command', () => {
    const section =
      read('docs/configuration.md')
        .split(/^## /m)
        .find((text) => text.startsWith('Exit codes\n')) ?? '';
    const rows = [...section.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)].map(([, code, name]) => [
      name,
      Number(code),
    ]);
    expect(Object.fromEntries(rows)).toEqual(EXIT);
  });

  it.each(PAGES)('%s: every npm script and program it names exists', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = read(page);
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map((m) => m[1] ?? '');
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const programs = [...text.matchAll(/`?node ([\w./-]+\.ts)/g)].map((m) => m[1] ?? '');
    expect(programs.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each([
    ['interest', 'interest-service/src/main.ts'],
    ['legacy', 'legacy-core-adapter/src/main.ts'],
    ['comparator', 'comparator/src/main.ts'],
  ] as const)('npm run %s gives the heap that is measured and written down', (script, main) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const measured = serviceCommand([main]).args.filter((arg) => /^--(max|heap)-/.test(arg));
    expect(scripts[script]).toBe(['node', ...measured, main].join(' '));
    const page = read('docs/configuration.md');
    expect(measured.filter((flag) => !page.includes(flag))).toEqual([]);
  });
});
