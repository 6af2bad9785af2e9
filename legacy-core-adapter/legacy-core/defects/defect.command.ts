import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';
import { readOwnerConfig } from '../config.ts';
import { DEFECT_NAMES, DEFECTS, type DefectName, isDefect } from './catalogue.sql.ts';
import { defectsOn, setDefects } from './defect-switch.sql.ts';

const USAGE = `defect                    prints the catalogue
defect --json             prints the catalogue as JSON
defect on NAME..          switches these defects on, in addition to those that are on
defect off [NAME..]       switches these defects off; without a name, all of them
`;

export const defectCommand: Command = {
  takesArguments: 'own-help',
  about: "known defects of legacy cores, switched on and off while the core runs (owner's DATABASE_URL)",
  async run([action, ...names]) {
    if (action === undefined) return print(catalogue());
    if (action === '--json') return print(`${JSON.stringify(DEFECTS)}\n`);
    if (action === '--help') return print(USAGE);
    const defects = checked(action, names);
    const { databaseUrl } = readOwnerConfig();
    const before = await defectsOn(databaseUrl);
    const after =
      action === 'on'
        ? [...new Set([...before, ...defects])]
        : before.filter((name) => defects.length > 0 && !defects.includes(name));
    await setDefects(databaseUrl, after);
    return print(`${JSON.stringify({ on: after })}\n`);
  },
};

function checked(action: string, names: string[]): DefectName[] {
  const found = names.filter((name) => !isDefect(name)).map((name) => `${name} is no known defect`);
  if (action !== 'on' && action !== 'off') found.push(`${action} is neither on nor off`);
  if (action === 'on' && names.length === 0) found.push('on needs the name of a defect');
  if (found.length > 0) throw new BadInput('the command line of defect (see defect --help)', found);
  return names.filter(isDefect);
}

function catalogue(): string {
  return DEFECT_NAMES.map((name) => `${name.padEnd(28)}  ${DEFECTS[name].about}\n`).join('');
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}
