import type { Answer } from '../answer.ts';
import { daysAfter } from '../row/dates.ts';
import type { PayoutRow } from '../row/row.ts';
import type { CaseLedger, Opened } from './case-ledger.sql.ts';
import type { CoreClient, CoreName } from './core-client.ts';
import { BOOK_RECEIPT, MOVE_HEAD } from './ledger-statements.sql.ts';
import { amountsOf, type Observation, refusalOf, withoutWording } from './observation.ts';

/**
 * A payout on every day of the period: the payout is rehearsed as of the day, and the answer is booked as a receipt before the
 * next day. The bank's clock does not move.
 */
export async function observeDaily(
  client: CoreClient,
  ledger: CaseLedger,
  core: CoreName,
  row: PayoutRow,
  opened: Opened,
): Promise<Observation> {
  const { period } = row.given;
  let account = opened;
  let paidThrough = period.from;
  let [totalNet, payouts] = [0n, 0];
  let refusal: Answer[string] = null;
  const bodies: unknown[] = [];
  for (const day of daysAfter(period.from, period.to)) {
    const rehearsal = await client.rehearse(core, account, {
      businessDate: day,
      ledgerSeq: String(account.ledgerSeq),
    });
    bodies.push(withoutAccount(withoutWording(rehearsal)));
    if (rehearsal.status === 200) {
      const net = BigInt(amountsOf(rehearsal.body).net);
      await book(ledger, core, account, day, paidThrough, rehearsal.body);
      account = { ...account, ledgerSeq: account.ledgerSeq + 1n, balance: account.balance + net };
      [totalNet, payouts, paidThrough, refusal] = [totalNet + net, payouts + 1, day, null];
      continue;
    }
    refusal = refusalOf(rehearsal);
    if (refusal === null) {
      return {
        answer: {},
        bodies,
        faults: [`rehearsal of ${day}: ${rehearsal.status} ${JSON.stringify(rehearsal.body)}`],
      };
    }
    if ((refusal as { code: string }).code === 'NOT_ELIGIBLE') break; // every later day has the same refusal
  }
  const answer = { totalNet: String(totalNet), payouts, finalBalance: String(account.balance), refusal };
  return { answer, bodies, faults: [] };
}

async function book(
  ledger: CaseLedger,
  core: CoreName,
  account: Opened,
  day: string,
  periodFrom: string,
  body: Record<string, unknown>,
): Promise<void> {
  const { gross, incomeTax, localTax, farmTax, net } = amountsOf(body);
  const seq = String(account.ledgerSeq + 1n);
  await ledger.query(BOOK_RECEIPT, [
    account.accountNo,
    account.customerId,
    seq,
    core,
    day,
    periodFrom,
    gross,
    incomeTax,
    localTax,
    farmTax,
    net,
    String(account.balance),
  ]);
  await ledger.query(MOVE_HEAD, [account.accountNo, day, net, seq]);
}

/** Without the account number, because each core has its own account here. */
function withoutAccount(answer: unknown): unknown {
  const { status, body } = answer as { status: number; body: Record<string, unknown> };
  const { accountNo: _accountNo, ...rest } = body;
  return { status, body: rest };
}
