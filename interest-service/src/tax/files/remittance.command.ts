import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { faultText } from '@core-exit/process/faults';
import { badArguments, requiredArgument, withArguments } from '../../command/arguments.ts';
import { withDatabase } from '../../command/batch.ts';
import { REPORT_LIMITS } from '../../ledger/data-source.ts';
import { MonthNotProved } from '../../ledger/faults.ts';
import { readMonth } from './remittance.sql.ts';
import { remittanceCsv, remittanceOf } from './remittance.ts';
import { writeWholeFile } from './whole-file.ts';

const HELP = `interest-service remittance --month YYYY-MM --out DIRECTORY

Writes what both cores withheld in a month, by tax, tax class and kind of document, with the day on which it is due, as
remittance-YYYY-MM.json and .csv. A month that is not over is written as preliminary. The files are written only if every
receipt of the month is booked and the totals are the sums of their lines.

Exit code 0: written. 2: the books of the month are not complete or do not agree; no file was written. 3: the command line or
the environment is not valid.
`;

export function remittanceCommand(settings: () => { databaseUrl: string }): Command {
  return {
    takesArguments: 'own-help',
    about: 'writes the withheld taxes of a month, of both cores, as files',
    run: (args) =>
      withArguments(args, HELP, { month: { type: 'string' }, out: { type: 'string' } }, (given) => {
        const month = requiredArgument('month', given.month);
        const out = requiredArgument('out', given.out);
        if (!/^20[0-9]{2}-(0[1-9]|1[0-2])$/.test(month)) {
          throw badArguments(`--month must be a month such as 2026-10, not "${month}"`);
        }
        return run(settings().databaseUrl, month, out);
      }),
  };
}

async function run(databaseUrl: string, month: string, out: string): Promise<number> {
  const books = await withDatabase(
    databaseUrl,
    'interest-remittance',
    (source) => readMonth(source, month),
    REPORT_LIMITS,
  );
  try {
    const remittance = remittanceOf(month, books);
    const name = `remittance-${month}${remittance.final ? '' : '-preliminary'}`;
    const files = [
      await writeWholeFile(out, `${name}.csv`, remittanceCsv(remittance)),
      await writeWholeFile(out, `${name}.json`, `${JSON.stringify(remittance, null, 2)}\n`),
    ];
    const { toRemit, dueDate } = remittance;
    process.stdout.write(`${JSON.stringify({ files, toRemit, dueDate })}\n`);
    return EXIT.done;
  } catch (fault) {
    if (!(fault instanceof MonthNotProved)) throw fault;
    process.stderr.write(`${faultText(fault)}\n`);
    return EXIT.incomplete;
  }
}
