import type { Command } from '@core-exit/process/commands';
import { readMigrationConfig } from '../../src/config.ts';
import { DEFECT_NAMES, DEFECTS, type DefectName, isDefect } from './catalogue.ts';
import { defectsOn, setDefects } from './defect-switch.sql.ts';

const USAGE = `defect                    the catalogue
defect --json             the same for a machine
defect on NAME..          switches these on, beside those that are
defect off [NAME..]       switches these off; none named: all
`;

export const defectCommand: Command = {
  about: "known defects of legacy cores, switched on and off while it runs (owner's DATABASE_URL)",
  async run([what, ...names]) {
    if (what === undefined) return say(catalogue());
    if (what === '--json') return say(`${JSON.stringify(DEFECTS)}\n`);
    if (what !== 'on' && what !== 'off') return say(USAGE, what === '--help' ? 0 : 2);
    const unknown = names.filter((name) => !isDefect(name));
    if (unknown.length > 0 || (what === 'on' && names.length === 0)) {
      return say(
        `${unknown.map((name) => `${name} is no known defect\n`).join('')}${USAGE}${catalogue()}`,
        2,
      );
    }
    const { databaseUrl } = readMigrationConfig();
    const before = await defectsOn(databaseUrl);
    const after =
      what === 'on'
        ? added(before, names)
        : before.filter((name) => names.length > 0 && !names.includes(name));
    await setDefects(databaseUrl, after);
    return say(`${JSON.stringify({ on: after })}\n`);
  },
};

const added = (before: DefectName[], names: string[]): DefectName[] => [
  ...new Set([...before, ...names.filter(isDefect)]),
];

function catalogue(): string {
  return DEFECT_NAMES.map((name) => `${name.padEnd(28)}  ${DEFECTS[name].about}\n`).join('');
}

function say(text: string, code = 0): number {
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}
