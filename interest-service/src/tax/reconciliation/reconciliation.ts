/** Days whose receipts are compared one by one. `whole` also adds up statements, receipt numbers and legacy months. */
export type Scope = { from: string; to: string; whole: boolean };

export type Taxes = { incomeTax: string; localTax: string; farmTax: string };
/** A number of receipts, and the won withheld of them. */
export type Sum = Taxes & { count: number };

/** The state of one receipt, correction or reversal of this core in the tax books. The first three are right. */
export const STANDINGS = {
  BOOKED: 'booked with the amounts of the receipt',
  IN_FLIGHT: 'its event is under way for less than a minute',
  TAKEN_OVER: 'history from another system, where its tax was booked',
  NO_EVENT: 'has no event in the outbox',
  NOT_SENT: 'its event was not sent for more than a minute: check the relay and the brokers',
  NOT_BOOKED: 'its event was sent more than a minute ago and is not booked',
  NOT_BOOKED_AGAIN: 'its event was sent five times and is not booked: check the worker',
  PARKED: 'its event waits for more than ten minutes until its payout is booked',
  DEAD_LETTER: 'its event is a dead letter: correct the cause, then redrive',
  BOOKED_OTHERWISE: 'booked with other amounts, or on another day, than the receipt',
  LINES_DIFFER: 'the sum of its tax lines is not its posting',
  NO_NUMBER: 'has no withholding receipt',
} as const;
export type Standing = keyof typeof STANDINGS;

/** Differences that are not about one receipt of this core. */
export const DIFFERENCES = {
  BOOKED_WITHOUT_RECEIPT: 'booked, but there is no such receipt, correction or reversal',
  DAY_TOTAL: "a day's remittance total is not the sum of its lines",
  STATEMENT: 'a payment statement is not the sum of its postings',
  RECEIPT_NUMBERS: 'withholding receipts of a year are not numbered from 1 without a gap',
  LEGACY_NO_LINES: 'a payout of the legacy core has no tax lines there',
  LEGACY_LINES: 'tax lines of the legacy core differ from the receipt',
  LEGACY_MONTH: "a month's total of the legacy core is not the sum of its lines",
} as const;
export type Difference = keyof typeof DIFFERENCES;

const REPAIRABLE = ['NO_EVENT', 'NOT_BOOKED'] as const;
type Repairable = (typeof REPAIRABLE)[number];
const RIGHT: readonly Standing[] = ['BOOKED', 'IN_FLIGHT', 'TAKEN_OVER'];

export type Found = { count: number; examples: string[] };

/** The tax books at one instant. */
export type Comparison = {
  /** Receipts, corrections and reversals of this core by their state in the books. */
  standings: Partial<Record<Standing, Sum & { examples: string[] }>>;
  differences: Partial<Record<Difference, Found>>;
  /** Sum of the tax lines, and of the totals of the days, of this core. */
  lines: Sum;
  totals: Sum;
  /** Receipts of the legacy core and the tax lines that it booked for them; null where there is no legacy core any more. */
  legacy: { receipts: Sum; lines: Sum } | null;
};

export interface TaxProof {
  compare(scope: Scope): Promise<Comparison>;
  /** Writes the event of each receipt that has none. Returns how many. */
  writeEvents(scope: Scope): Promise<number>;
  /** Lets the relay send events again that were sent and are not booked. Returns how many. */
  sendAgain(scope: Scope): Promise<number>;
}

export type Reconciliation = Comparison & {
  scope: Scope;
  /** Receipts whose event was written or sent again. The next run checks them. */
  repaired: Record<Repairable, number>;
  /** What only a person can correct. */
  findings: (Found & { what: Standing | Difference; meaning: string })[];
  balanced: boolean;
};

type Dates = { today: string; yesterday: string; lastMonth: string };

/** Runs reconciliations on a database, one at a time over all processes, and keeps their reports. */
export interface Reconciler {
  dates(): Promise<Dates>;
  wholeDoneToday(): Promise<boolean>;
  /** Null: another reconciliation is running. */
  run(scope: Scope, options: { repair: boolean }): Promise<Reconciliation | null>;
}

/** Proves receipts = events = tax lines = remittance totals for both cores, repairs what is missing, reports the rest. */
export async function reconcile(
  proof: TaxProof,
  scope: Scope,
  { repair }: { repair: boolean },
): Promise<Reconciliation> {
  const comparison = await proof.compare(scope);
  const { standings, differences } = comparison;
  const repaired = {
    NO_EVENT: repair && standings.NO_EVENT ? await proof.writeEvents(scope) : 0,
    NOT_BOOKED: repair && standings.NOT_BOOKED ? await proof.sendAgain(scope) : 0,
  };
  const findings = [
    ...withMeaning(standings, STANDINGS).filter(
      ({ what, count }) => !RIGHT.includes(what) && !(isRepairable(what) && repaired[what] >= count),
    ),
    ...withMeaning(differences, DIFFERENCES),
  ];
  return { ...comparison, scope, repaired, findings, balanced: findings.length === 0 };
}

function isRepairable(what: Standing): what is Repairable {
  return (REPAIRABLE as readonly Standing[]).includes(what);
}

function withMeaning<Name extends string>(
  found: Partial<Record<Name, Found>>,
  meanings: Record<Name, string>,
): (Found & { what: Name; meaning: string })[] {
  return (Object.entries(found) as [Name, Found][]).map(([what, { count, examples }]) => ({
    what,
    meaning: meanings[what],
    count,
    examples,
  }));
}
