import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { badArguments, requiredArgument, withArguments } from '../../command/arguments.ts';
import { withDatabase } from '../../command/batch.ts';
import { REPORT_LIMITS } from '../../ledger/data-source.ts';
import { writeWholeFile } from './whole-file.ts';
import { withheldInYear, withheldOfPayout } from './withholding-receipt.sql.ts';
import { receiptPage, withholdingReceipt } from './withholding-receipt.ts';

const HELP = `interest-service withholding-receipt (--payout ID | --customer ID --year YYYY) --out DIRECTORY

Writes the withholding receipt (원천징수영수증) of a payout with its corrections and reversal, or of all payouts of a
customer in a year, as JSON and as a page to print (HTML, Korean). Account and customer numbers are masked.

Exit code 0: written. 2: the tax book has nothing about this payout, or about this customer and year. 3: the command line or
the environment is not valid.
`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function withholdingReceiptCommand(settings: () => { databaseUrl: string }): Command {
  return {
    takesArguments: 'own-help',
    about: 'writes the withholding receipt of a payout, or of a customer and year, as files',
    run: (args) =>
      withArguments(
        args,
        HELP,
        {
          payout: { type: 'string' },
          customer: { type: 'string' },
          year: { type: 'string' },
          out: { type: 'string' },
        },
        ({ out, ...given }) => {
          const directory = requiredArgument('out', out);
          const wanted = wantedOf(given);
          return run(settings().databaseUrl, wanted, directory);
        },
      ),
  };
}

type Wanted = { payout: string } | { customer: string; year: string };

async function run(databaseUrl: string, wanted: Wanted, directory: string): Promise<number> {
  const found = await withDatabase(
    databaseUrl,
    'interest-withholding-receipt',
    (source) =>
      'payout' in wanted
        ? withheldOfPayout(source, wanted.payout)
        : withheldInYear(source, wanted.customer, wanted.year),
    REPORT_LIMITS,
  );
  if (found === null) {
    process.stderr.write(
      'nothing is booked: check the id; `interest-service reconcile` prints what is missing in the tax book\n',
    );
    return EXIT.incomplete;
  }
  const receipt = withholdingReceipt(found.holder, 'year' in wanted ? wanted.year : null, found.items);
  const name = `withholding-receipt-${'payout' in wanted ? wanted.payout : `${wanted.customer}-${wanted.year}`}`;
  const files = [
    await writeWholeFile(directory, `${name}.json`, `${JSON.stringify(receipt, null, 2)}\n`),
    await writeWholeFile(directory, `${name}.html`, receiptPage(receipt)),
  ];
  process.stdout.write(`${JSON.stringify({ files, items: receipt.items.length })}\n`);
  return EXIT.done;
}

type Given = Record<'payout' | 'customer' | 'year', string | undefined>;

function wantedOf({ payout, customer, year }: Given): Wanted {
  if (payout !== undefined && customer === undefined && year === undefined) {
    if (!UUID.test(payout)) throw badArguments(`--payout must be the id of a payout, not "${payout}"`);
    return { payout };
  }
  if (payout !== undefined) throw badArguments('give --payout, or --customer with --year, not both');
  const [customerId, wholeYear] = [requiredArgument('customer', customer), requiredArgument('year', year)];
  if (!/^C[0-9]{9}$/.test(customerId))
    throw badArguments(`--customer must be an id such as C000000001, not "${customerId}"`);
  if (!/^20[0-9]{2}$/.test(wholeYear))
    throw badArguments(`--year must be a year such as 2026, not "${wholeYear}"`);
  return { customer: customerId, year: wholeYear };
}
