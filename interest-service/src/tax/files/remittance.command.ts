import type { Command } from '@core-exit/process/commands';
import { required, WrongArguments, withArguments } from '../../command/arguments.ts';
import { withBooks } from '../../command/books.ts';
import { readMonth } from './remittance.sql.ts';
import { MonthNotProved, remittanceCsv, remittanceOf } from './remittance.ts';
import { writeWhole } from './whole-file.ts';

const HELP = `interest-service remittance --month YYYY-MM --out DIRECTORY

Writes what both cores withheld in a month, by tax, class and kind of document, with the day it is due, as
remittance-YYYY-MM.json and .csv; a month that is not over is called preliminary. Written only if every receipt of the
month is booked and the totals are the sums of their lines.

Exit code 0: written. 1: the books of the month do not hold together, nothing was written. 2: wrong usage.
`;

export const remittanceCommand: Command = {
  about: "writes a month's withheld taxes of both cores as files",
  run: (args) =>
    withArguments(args, HELP, { month: { type: 'string' }, out: { type: 'string' } }, async (given) => {
      const month = required('month', given.month);
      const out = required('out', given.out);
      if (!/^20[0-9]{2}-(0[1-9]|1[0-2])$/.test(month)) {
        throw new WrongArguments(`--month: a month like 2026-10 is due, not "${month}"`);
      }
      try {
        const report = remittanceOf(
          month,
          await withBooks('remittance', (source) => readMonth(source, month)),
        );
        const name = `remittance-${month}${report.final ? '' : '-preliminary'}`;
        const files = [
          await writeWhole(out, `${name}.csv`, remittanceCsv(report)),
          await writeWhole(out, `${name}.json`, `${JSON.stringify(report, null, 2)}\n`),
        ];
        process.stdout.write(
          `${JSON.stringify({ files, toRemit: report.toRemit, dueDate: report.dueDate })}\n`,
        );
        return 0;
      } catch (fault) {
        if (!(fault instanceof MonthNotProved)) throw fault;
        process.stderr.write(`${fault.message}\n`);
        return 1;
      }
    }),
};
