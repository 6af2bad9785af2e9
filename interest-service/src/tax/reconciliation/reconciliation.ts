/** Days whose receipts are proved one by one; `whole` also adds up statements, receipt numbers and legacy months. */
export type Scope = { from: string; to: string; whole: boolean };

export type Taxes = { incomeTax: string; localTax: string; farmTax: string };
/** How many, and the won withheld of them. */
export type Sum = Taxes & { count: number };

/** What the books say of one receipt, correction or reversal of this core. Only the first two are right. */
export const STANDINGS = {
  BOOKED: 'booked as the receipt says',
  IN_FLIGHT: 'on its way for less than a minute',
  TAKEN_OVER: 'history that was loaded: its tax was booked where it came from',
  NO_EVENT: 'has no event in the outbox',
  NOT_SENT: 'its event is not sent for more than a minute: look at the relay and the brokers',
  NOT_BOOKED: 'its event was sent more than a minute ago and is not booked',
  NOT_BOOKED_AGAIN: 'its event was sent five times and is not booked: look at the worker',
  PARKED: 'waits for its payout to be booked for more than ten minutes',
  DEAD_LETTER: 'its event is a dead letter: correct the cause, then redrive',
  BOOKED_OTHERWISE: 'booked with other amounts, or on another day, than the receipt says',
  LINES_DIFFER: 'its tax lines do not add up to its posting',
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

/** Everything as of one instant. */
export type Looked = {
  /** This core's receipts, corrections and reversals by what the books say of them. */
  standings: Partial<Record<Standing, Sum & { examples: string[] }>>;
  differences: Partial<Record<Difference, Found>>;
  /** Sum of the tax lines, and of the days' totals, of this core. */
  lines: Sum;
  totals: Sum;
  /** Receipts of the legacy core against the tax lines it booked for them; null where there is no legacy core any more. */
  legacy: { receipts: Sum; lines: Sum } | null;
};

export interface TaxProof {
  look(scope: Scope): Promise<Looked>;
  /** Writes the event of each receipt that has none. Returns how many. */
  writeEvents(scope: Scope): Promise<number>;
  /** Has the relay send again what was sent and is not booked. Returns how many. */
  sendAgain(scope: Scope): Promise<number>;
}

export type Reconciliation = Looked & {
  scope: Scope;
  /** Receipts whose event was written or sent again; the next run proves them. */
  repaired: Record<Repairable, number>;
  /** What nobody but a person can put right. */
  findings: (Found & { what: Standing | Difference; meaning: string })[];
  balanced: boolean;
};

/** Proves receipts = events = tax lines = remittance totals for both cores, repairs what is missing, reports the rest. */
export async function reconcile(
  proof: TaxProof,
  scope: Scope,
  { repair }: { repair: boolean },
): Promise<Reconciliation> {
  const looked = await proof.look(scope);
  const { standings, differences } = looked;
  const repaired = {
    NO_EVENT: repair && standings.NO_EVENT ? await proof.writeEvents(scope) : 0,
    NOT_BOOKED: repair && standings.NOT_BOOKED ? await proof.sendAgain(scope) : 0,
  };
  const findings = [
    ...wrong(standings, STANDINGS).filter(
      ({ what, count }) => !RIGHT.includes(what) && !(isRepairable(what) && repaired[what] >= count),
    ),
    ...wrong(differences, DIFFERENCES),
  ];
  return { ...looked, scope, repaired, findings, balanced: findings.length === 0 };
}

function isRepairable(what: Standing): what is Repairable {
  return (REPAIRABLE as readonly Standing[]).includes(what);
}

function wrong<Name extends string>(
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
