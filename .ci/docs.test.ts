import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serviceCommand } from '@core-exit/local-stack/bench';
import { describe, expect, it } from 'vitest';

const read = (file: string): string => readFileSync(file, 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md'),
  ...globSync('*/README.md'),
];

/** Known to every program of a machine, not settings of ours. */
const NOT_OURS = new Set(['CI', 'HOME', 'INIT_CWD', 'LANG', 'MAVEN_OPTS', 'PATH', 'TMPDIR']);

/** Names a config.ts reads, and names its table in docs/configuration.md has. */
function variables(room: string): { code: string[]; docs: string[] } {
  const files = globSync(`${room}/{src,legacy-core}/config.ts`); // the room of the legacy core has two programs
  const code = files.flatMap((file) =>
    [...read(file).matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map((m) => m[1] ?? ''),
  );
  const section =
    read('docs/configuration.md')
      .split(/^## /m)
      .find((text) => text.startsWith(`${room}\n`)) ?? '';
  const docs = [...section.matchAll(/^\| `([A-Z0-9_]+)` /gm)].map((m) => m[1] ?? '');
  const ours = [...new Set(code)].filter((name) => !NOT_OURS.has(name));
  return { code: ours.toSorted(), docs: docs.toSorted() };
}

describe('the documentation is true', () => {
  it.each(['interest-service', 'legacy-core-adapter', 'comparator', 'rollout', 'local-stack', 'test-cases'])(
    'the table of settings of %s has what its config.ts reads, and no more than 21',
    (room) => {
      const { code, docs } = variables(room);
      expect(docs).toEqual(code);
      expect(code.length).toBeLessThanOrEqual(21);
    },
  );

  it.each(PAGES)('%s: every link to a file leads somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((m) => m[1] ?? '');
    const broken = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(dirname(page), link)));
    expect(broken).toEqual([]);
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
