import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { dateArgument, withArguments } from '../../command/arguments.ts';
import { withDatabase } from '../../command/batch.ts';
import { REPORT_LIMITS } from '../../ledger/data-source.ts';
import { postgresReconciler } from './reconciliation.sql.ts';
import type { Reconciliation, Standing, Sum } from './reconciliation.ts';
import { STANDINGS } from './reconciliation.ts';

const HELP = `interest-service reconcile [--from DATE] [--to DATE] [--no-repair] [--json]

Proves receipts = events = tax lines = remittance totals for the payouts of both cores, and adds up payment statements,
receipt numbers and the months of the legacy core. Writes events that are missing, and sends events again that were sent and
not booked; --no-repair changes nothing. Default: from the first day of last month to today.

Exit code 0: the books agree. 1: discrepancies remain; they are printed with what to do next. 2: another reconciliation is
running. 3: the command line or the environment is not valid.
`;

type Options = { from: string | null; to: string | null; repair: boolean; json: boolean };

export function reconcileCommand(settings: () => { databaseUrl: string }): Command {
  return {
    takesArguments: 'own-help',
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
        ({ from, to, json = false, 'no-repair': compareOnly = false }) => {
          const options = {
            from: from === undefined ? null : dateArgument('from', from),
            to: to === undefined ? null : dateArgument('to', to),
            repair: !compareOnly,
            json,
          };
          return run(settings().databaseUrl, options);
        },
      ),
  };
}

async function run(databaseUrl: string, { from, to, repair, json }: Options): Promise<number> {
  const report = await withDatabase(
    databaseUrl,
    'interest-reconcile',
    async (source) => {
      const reconciler = postgresReconciler(source);
      const { lastMonth, today } = await reconciler.dates();
      return await reconciler.run({ from: from ?? lastMonth, to: to ?? today, whole: true }, { repair });
    },
    REPORT_LIMITS,
  );
  if (report === null) {
    process.stderr.write('another reconciliation is running: try again in a minute\n');
    return EXIT.incomplete;
  }
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : pageOf(report));
  return report.balanced ? EXIT.done : EXIT.found;
}

function pageOf(report: Reconciliation): string {
  const { scope, standings, lines, totals, legacy, findings, repaired } = report;
  const rows = (Object.keys(STANDINGS) as Standing[])
    .filter((standing) => standings[standing] !== undefined)
    .map((standing) => sumLine(standing, standings[standing]));
  return [
    `${scope.from} .. ${scope.to}`.padEnd(28) +
      ['count', 'income tax', 'local tax', 'farm tax'].map(column).join(''),
    'this core: receipts, corrections and reversals',
    ...rows,
    sumLine('tax lines', lines),
    sumLine('remittance totals', totals),
    ...(legacy === null
      ? ['legacy core: not here, or its tax books may not be read']
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

const column = (text: string): string => text.padStart(16);

function sumLine(name: string, sum: Sum | undefined): string {
  if (sum === undefined) return '';
  const { count, incomeTax, localTax, farmTax } = sum;
  return `  ${name}`.padEnd(28) + [String(count), incomeTax, localTax, farmTax].map(column).join('');
}
