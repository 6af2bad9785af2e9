import { unmet } from '../answer.ts';
import type { Case } from '../row/row.ts';
import type { Ask, CoreName } from './ask.ts';
import type { Account } from './holdable.ts';
import type { CaseLedger, Opened, ToOpen } from './ledger.ts';
import { amountsOf, refusalOf } from './observe.ts';
import { movedToToday, sampled } from './sample.ts';
import type { Stack } from './stack.ts';

export type Paid = { one: Case; problems: string[] };

type Payment = { one: Case; core: CoreName; account: Account; token: string };

/**
 * Really pays a sample of the rows, one account for each core, owned by the stack's customers. Rows that the bank's
 * midnight overtakes are left out.
 */
export async function paySample(
  rows: readonly { one: Case; account: Account }[],
  cores: readonly CoreName[],
  {
    stack,
    ledger,
    ask,
    each,
  }: {
    stack: Stack;
    ledger: CaseLedger;
    ask: Ask;
    each: <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>;
  },
): Promise<Paid[]> {
  const today = await ledger.businessDate();
  const movable = rows.flatMap(({ one, account }) => {
    const moved = movedToToday(one, account, today);
    return moved === null ? [] : [{ one, account: moved }];
  });
  const payments: (Payment & ToOpen)[] = sampled(movable).flatMap(({ one, account }, i) => {
    const customer = stack.customers[i % stack.customers.length];
    if (customer === undefined) return [];
    return cores.map((core) => ({
      one,
      core,
      account,
      customerId: customer.customerId,
      token: customer.token,
    }));
  });
  const opened = await ledger.open(payments);
  const problems = await each(
    payments.map((payment, i) => ({ payment, opened: opened[i] })),
    async ({ payment, opened: account }) => (account === undefined ? [] : await pay(ask, payment, account)),
  );
  const byRow = Map.groupBy(
    payments.map(({ one }, i) => ({ one, problems: problems[i] })),
    ({ one }) => one,
  );
  return [...byRow].flatMap(([one, said]) =>
    said.some((of) => of.problems === null)
      ? []
      : [{ one, problems: said.flatMap((of) => of.problems ?? []) }],
  );
}

/** What is wrong with the payment; null: the day changed meanwhile. */
async function pay(
  ask: Ask,
  { one, core, account, token }: Payment,
  opened: Opened,
): Promise<string[] | null> {
  const answer = await ask.pay(core, opened, token, `cases-pay-${opened.accountNo}`);
  const basis = answer.body['basis'] as { businessDate?: string } | undefined;
  if (basis?.businessDate !== account.businessDate && basis !== undefined) return null;
  const told = `really paid by ${core}`;
  const refusal = refusalOf(answer);
  if (refusal !== null)
    return judge(one, { refusal }, ['refusal'], `${told}: refused ${JSON.stringify(refusal)}`);
  if (answer.status !== 201) return [`${told}: ${answer.status} ${JSON.stringify(answer.body)}`];
  const amounts = amountsOf(answer.body);
  const problems = judge(one, { ...amounts, refusal: null }, null, `${told}: ${JSON.stringify(amounts)}`);
  const after = opened.balance + BigInt(amounts.net);
  return answer.body['balanceAfter'] === String(after)
    ? problems
    : [...problems, `${told}: balanceAfter ${String(answer.body['balanceAfter'])}, not ${after}`];
}

/** A refused payment shows no amounts: then only the refusal is judged. */
function judge(
  one: Case,
  answer: Parameters<typeof unmet>[1],
  only: readonly string[] | null,
  told: string,
): string[] {
  return unmet(one, answer).some((name) => only === null || only.includes(name)) ? [told] : [];
}
