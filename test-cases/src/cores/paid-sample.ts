import type { Answer } from '../answer.ts';
import type { Case } from '../row/row.ts';
import type { CaseLedger, Opened, ToOpen } from './case-ledger.sql.ts';
import type { CoreClient, CoreName } from './core-client.ts';
import type { LedgerAccount } from './ledger-account.ts';
import { amountsOf, type Observation, refusalOf } from './observation.ts';
import type { Each } from './parallel.ts';
import { movedToToday, sampled } from './shift-to-today.ts';
import type { Stack } from './stack.ts';

export type Paid = { one: Case; problems: string[] };

type ObservedRow = {
  one: Case;
  account: LedgerAccount;
  observations: Partial<Record<CoreName, Observation>>;
};
type Payment = ToOpen & { one: Case; core: CoreName; rehearsed: Answer; token: string };
type Parts = { stack: Stack; ledger: CaseLedger; client: CoreClient; each: Each };

/**
 * Pays a sample of the rows, with one account for each core. The accounts belong to the stack's customers. The payment must be
 * equal to the rehearsal of the row. A row is left out if the business date changes in the meantime.
 */
export async function paySample(rows: readonly ObservedRow[], parts: Parts): Promise<Paid[]> {
  const { stack, ledger, client, each } = parts;
  const today = await ledger.businessDate();
  const movable = rows.flatMap((row) => {
    const account = movedToToday(row.one, row.account, today);
    return account === null ? [] : [{ ...row, account }];
  });
  const payments = sampled(movable).flatMap((row, i) =>
    paymentsOf(row, stack.customers[i % stack.customers.length]),
  );
  const opened = await ledger.open(payments);
  const outcomes = await each(
    payments.map((payment, i) => ({ payment, account: opened[i] })),
    async ({ payment, account }) => ({
      one: payment.one,
      problems: account === undefined ? ['not opened'] : await pay(client, payment, account),
    }),
  );
  return [...Map.groupBy(outcomes, ({ one }) => one)].flatMap(([one, paid]) =>
    paid.some(({ problems }) => problems === null)
      ? []
      : [{ one, problems: paid.flatMap(({ problems }) => problems ?? []) }],
  );
}

function paymentsOf(
  { one, account, observations }: ObservedRow,
  customer: Stack['customers'][number] | undefined,
): Payment[] {
  if (customer === undefined) return [];
  return Object.entries(observations).map(([core, { answer }]) => ({
    one,
    core: core as CoreName,
    account,
    rehearsed: answer,
    ...customer,
  }));
}

/** The faults of the payment; null if the business date changed in the meantime. */
async function pay(
  client: CoreClient,
  { core, account, token, rehearsed }: Payment,
  opened: Opened,
): Promise<string[] | null> {
  const answer = await client.pay(core, opened, token, `cases-pay-${opened.accountNo}`);
  const { basis, balanceAfter } = answer.body as { basis?: { businessDate: string }; balanceAfter?: string };
  if (basis !== undefined && basis.businessDate !== account.businessDate) return null;
  const refusal = refusalOf(answer);
  if (refusal === null && answer.status !== 201)
    return [`paid by ${core}: ${answer.status} ${JSON.stringify(answer.body)}`];
  const paid: Answer = refusal === null ? { ...amountsOf(answer.body), refusal } : { refusal };
  const problems = Object.keys(paid)
    .filter(
      (name) =>
        rehearsed[name] !== undefined && JSON.stringify(rehearsed[name]) !== JSON.stringify(paid[name]),
    )
    .map(
      (name) =>
        `paid by ${core}: ${name} ${JSON.stringify(paid[name])}, rehearsed ${JSON.stringify(rehearsed[name])}`,
    );
  const due = String(opened.balance + BigInt(refusal === null ? amountsOf(answer.body).net : 0));
  return refusal === null && balanceAfter !== due
    ? [...problems, `paid by ${core}: balanceAfter ${balanceAfter}, not ${due}`]
    : problems;
}
