import type { Answer } from '../answer.ts';
import type { Case } from '../row/row.ts';
import type { Ask, CoreName } from './core-client.ts';
import type { Account } from './ledger-account.ts';
import type { CaseLedger, Opened, ToOpen } from './case-ledger.sql.ts';
import { amountsOf, type Observation, refusalOf } from './observation.ts';
import type { Each } from './parallel.ts';
import { movedToToday, sampled } from './shift-to-today.ts';
import type { Stack } from './stack.ts';

export type Paid = { one: Case; problems: string[] };

type Asked = { one: Case; account: Account; said: Partial<Record<CoreName, Observation>> };
type Payment = ToOpen & { one: Case; core: CoreName; rehearsed: Answer; token: string };
type Parts = { stack: Stack; ledger: CaseLedger; ask: Ask; each: Each };

/**
 * Really pays a sample of the rows, one account for each core, owned by the stack's customers: what is paid must be
 * what the core rehearsed for the row. Rows that the bank's midnight overtakes are left out.
 */
export async function paySample(rows: readonly Asked[], parts: Parts): Promise<Paid[]> {
  const { stack, ledger, ask, each } = parts;
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
      problems: account === undefined ? ['not opened'] : await pay(ask, payment, account),
    }),
  );
  return [...Map.groupBy(outcomes, ({ one }) => one)].flatMap(([one, said]) =>
    said.some(({ problems }) => problems === null)
      ? []
      : [{ one, problems: said.flatMap(({ problems }) => problems ?? []) }],
  );
}

function paymentsOf(
  { one, account, said }: Asked,
  customer: Stack['customers'][number] | undefined,
): Payment[] {
  if (customer === undefined) return [];
  return Object.entries(said).map(([core, { answer }]) => ({
    one,
    core: core as CoreName,
    account,
    rehearsed: answer,
    ...customer,
  }));
}

/** What is wrong with the payment; null: the day changed meanwhile. */
async function pay(
  ask: Ask,
  { core, account, token, rehearsed }: Payment,
  opened: Opened,
): Promise<string[] | null> {
  const answer = await ask.pay(core, opened, token, `cases-pay-${opened.accountNo}`);
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
