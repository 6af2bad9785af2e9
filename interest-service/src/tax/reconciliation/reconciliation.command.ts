import type { Command } from '@core-exit/process/commands';
import { dateArgument, withArguments } from '../../command/arguments.ts';
import { withBooks } from '../../command/books.ts';
import { reconciler } from './reconciliation.sql.ts';
import type { Reconciliation, Sum } from './reconciliation.ts';
import { STANDINGS, type Standing } from './reconciliation.ts';

const HELP = `interest-service reconcile [--from DATE] [--to DATE] [--no-repair] [--json]

Proves receipts = events = tax lines = remittance totals for the payouts of both cores, and adds up payment statements,
receipt numbers and the legacy core's months. Writes events that are missing and sends again what was sent and not
booked; --no-repair only looks. Default: from the first day of last month to today.

Exit code 0: the books agree. 1: a person must act; what and where is printed. 3: another reconciliation is running.
`;

export const reconcileCommand: Command = {
  about: 'proves the tax books of both cores against the receipts and repairs what is missing',
  run: (args) =>
    withArguments(
      args,
      HELP,
      {
        from: { type: 'string' },
        to: { type: 'string' },
        'no-repair': { type: 'boolean' },
        json: { type: 'boolean' },
      },
      ({ from, to, json, 'no-repair': lookOnly = false }) =>
        withBooks('reconcile', async (source) => {
          const books = reconciler(source);
          const dates = await books.dates();
          const scope = {
            from: from === undefined ? dates.lastMonth : dateArgument('from', from),
            to: to === undefined ? dates.today : dateArgument('to', to),
            whole: true,
          };
          const report = await books.run(scope, { repair: !lookOnly });
          if (report === null) {
            process.stderr.write('another reconciliation is running: try again in a minute\n');
            return 3;
          }
          process.stdout.write(json ? `${JSON.stringify(report)}\n` : pageOf(report));
          return report.balanced ? 0 : 1;
        }),
    ),
};

function pageOf(report: Reconciliation): string {
  const { scope, standings, lines, totals, legacy, findings, repaired } = report;
  const rows = (Object.keys(STANDINGS) as Standing[])
    .filter((standing) => standings[standing] !== undefined)
    .map((standing) => sumLine(standing, standings[standing]));
  return [
    `${scope.from} .. ${scope.to}`.padEnd(28) +
      ['count', 'income tax', 'local tax', 'farm tax'].map(cell).join(''),
    'this core: receipts, corrections and reversals',
    ...rows,
    sumLine('tax lines', lines),
    sumLine('remittance totals', totals),
    ...(legacy === null
      ? ['legacy core: none that may be read']
      : ['legacy core', sumLine('receipts', legacy.receipts), sumLine('tax lines', legacy.lines)]),
    ...(repaired.NO_EVENT > 0 ? [`repaired: ${repaired.NO_EVENT} events written`] : []),
    ...(repaired.NOT_BOOKED > 0 ? [`repaired: ${repaired.NOT_BOOKED} events sent again`] : []),
    ...findings.flatMap(({ what, meaning, count, examples }) => [
      `${what} ${count}: ${meaning}`,
      `  ${examples.join('\n  ')}`,
    ]),
    findings.length === 0 ? 'the books agree' : 'THE BOOKS DO NOT AGREE',
    '',
  ].join('\n');
}

const cell = (text: string): string => text.padStart(16);

function sumLine(name: string, sum: Sum | undefined): string {
  if (sum === undefined) return '';
  const { count, incomeTax, localTax, farmTax } = sum;
  return `  ${name}`.padEnd(28) + [String(count), incomeTax, localTax, farmTax].map(cell).join('');
}
