import type { Command } from '@core-exit/process/commands';
import { required, WrongArguments, withArguments } from '../../command/arguments.ts';
import { withBooks } from '../../command/books.ts';
import { writeWhole } from './whole-file.ts';
import { withheldInYear, withheldOfPayout } from './withholding-receipt.sql.ts';
import { receiptPage, withholdingReceipt } from './withholding-receipt.ts';

const HELP = `interest-service withholding-receipt (--payout ID | --customer ID --year YYYY) --out DIRECTORY

Writes the withholding receipt (원천징수영수증) of a payout with its corrections and reversal, or of all payouts of a
customer in a year, as JSON and as a page to print (HTML, Korean). Account and customer numbers are masked.

Exit code 0: written. 1: nothing is booked for them. 2: wrong usage.
`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const withholdingReceiptCommand: Command = {
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
      async ({ payout, customer, year, out }) => {
        const directory = required('out', out);
        const asked = whatIsAsked(payout, customer, year);
        const found = await withBooks('withholding-receipt', (source) =>
          'payout' in asked
            ? withheldOfPayout(source, asked.payout)
            : withheldInYear(source, asked.customer, asked.year),
        );
        if (found === null) {
          process.stderr.write(
            'nothing is booked for them: is the id right? interest-service reconcile tells what is missing\n',
          );
          return 1;
        }
        const receipt = withholdingReceipt(found.holder, 'year' in asked ? asked.year : null, found.items);
        const name = `withholding-receipt-${'payout' in asked ? asked.payout : `${asked.customer}-${asked.year}`}`;
        const files = [
          await writeWhole(directory, `${name}.json`, `${JSON.stringify(receipt, null, 2)}\n`),
          await writeWhole(directory, `${name}.html`, receiptPage(receipt)),
        ];
        process.stdout.write(`${JSON.stringify({ files, items: receipt.items.length })}\n`);
        return 0;
      },
    ),
};

type Asked = { payout: string } | { customer: string; year: string };

function whatIsAsked(
  payout: string | undefined,
  customer: string | undefined,
  year: string | undefined,
): Asked {
  if (payout !== undefined && customer === undefined && year === undefined) {
    if (!UUID.test(payout)) throw new WrongArguments(`--payout: the id of a payout is due, not "${payout}"`);
    return { payout };
  }
  if (payout !== undefined) throw new WrongArguments('--payout, or --customer with --year, not both');
  const [who, when] = [required('customer', customer), required('year', year)];
  if (!/^C[0-9]{9}$/.test(who))
    throw new WrongArguments(`--customer: an id like C000000001 is due, not "${who}"`);
  if (!/^20[0-9]{2}$/.test(when)) throw new WrongArguments(`--year: a year like 2026 is due, not "${when}"`);
  return { customer: who, year: when };
}
