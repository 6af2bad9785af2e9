import { type Fraction, formatFraction, type Period } from '@core-exit/interest-service/domain';
import type { Answer } from '../answer.ts';
import { daysBetween } from '../row/dates.ts';
import type { Case } from '../row/row.ts';
import type { Opened } from './case-ledger.sql.ts';
import type { Basis, CoreAnswer, CoreClient, CoreName } from './core-client.ts';
import { fractionOf, type LedgerAccount } from './ledger-account.ts';

/** One core's answer to a row, and the bodies of its answers, which are compared with those of the other core. */
export type Observation = {
  answer: Answer;
  /** Without the texts for people. */
  bodies: unknown[];
  /** The core contradicts itself, or its answer is not one of the contract. */
  faults: string[];
};

/** Requests a quote and a rehearsal at the basis. The two answers must agree. */
export async function observe(
  client: CoreClient,
  core: CoreName,
  one: Case,
  account: LedgerAccount,
  opened: Opened,
): Promise<Observation> {
  const basis: Basis = { businessDate: account.businessDate, ledgerSeq: String(opened.ledgerSeq) };
  const [quote, rehearsal] = await Promise.all([
    client.quote(core, opened, basis),
    client.rehearse(core, opened, basis),
  ]);
  const bodies = [withoutWording(quote), withoutWording(rehearsal)];
  if (quote.status !== 200)
    return { answer: {}, bodies, faults: [`quote: ${quote.status} ${JSON.stringify(quote.body)}`] };
  const amounts = amountsOf(quote.body);
  const refusal = (quote.body['refusal'] ?? null) as Answer[string];
  const faults = contradictions(amounts, refusal, rehearsal);
  return {
    answer: answerOf(one, account, { ...amounts, refusal }, quote.body['period'] as Period),
    bodies,
    faults,
  };
}

const AMOUNTS = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'] as const;
export type Amounts = Record<(typeof AMOUNTS)[number], string>;

export function amountsOf(body: Record<string, unknown>): Amounts {
  return Object.fromEntries(AMOUNTS.map((name) => [name, String(body[name])])) as Amounts;
}

/** The refusal in a problem answer; null if the answer is no refusal. */
export function refusalOf({ status, body }: CoreAnswer): { code: string; reason?: string } | null {
  if (status !== 409) return null;
  const { code, reason } = body;
  return { code: String(code), ...(typeof reason === 'string' && { reason }) };
}

function contradictions(amounts: Amounts, refusal: Answer[string], rehearsal: CoreAnswer): string[] {
  if (rehearsal.status === 200) {
    const differing = AMOUNTS.filter((name) => rehearsal.body[name] !== amounts[name]);
    if (refusal !== null) return [`quoted as refused (${JSON.stringify(refusal)}), rehearsed as paid`];
    return differing.length === 0 ? [] : [`quote and rehearsal differ in ${differing.join(', ')}`];
  }
  const rehearsed = refusalOf(rehearsal);
  if (rehearsed === null) return [`rehearsal: ${rehearsal.status} ${JSON.stringify(rehearsal.body)}`];
  return JSON.stringify(rehearsed) === JSON.stringify(refusal)
    ? []
    : [`quoted as ${JSON.stringify(refusal)}, rehearsed as ${JSON.stringify(rehearsed)}`];
}

function answerOf(
  one: Case,
  account: LedgerAccount,
  quoted: Amounts & { refusal: Answer[string] },
  period: Period,
): Answer {
  const { gross, refusal: _refusal, ...taxesAndNet } = quoted;
  switch (one.kind) {
    case 'tax':
      return taxesAndNet;
    case 'day count': {
      const yearFraction = fractionOf(gross);
      return {
        yearFraction: formatFraction(yearFraction),
        days: daysIn(one.row.given.dayCount, yearFraction, period),
      };
    }
    case 'payout':
      // A row without tax class before the tax rules: the refusal only says that the class is unknown.
      return account.standing.taxClass === 'unknown' ? { gross, ...taxesAndNet } : quoted;
  }
}

const UNITS_PER_YEAR = {
  'ACT/365F': 365n,
  'ACT/ACT': null,
  'ACT/360': 360n,
  '30/360': 360n,
  '30E/360': 360n,
} as const;

/** The days that a core counted. On ACT/ACT they follow from the period of the answer, because the fraction does not contain them. */
function daysIn(
  dayCount: keyof typeof UNITS_PER_YEAR,
  { numerator, denominator }: Fraction,
  period: Period,
): number {
  const unitsPerYear = UNITS_PER_YEAR[dayCount];
  return unitsPerYear === null
    ? daysBetween(period.from, period.to)
    : Number((numerator * unitsPerYear) / denominator);
}

/** Without title and detail, which each core may word differently, and with the fields in one order. */
export function withoutWording({ status, body }: CoreAnswer): unknown {
  const { title: _title, detail: _detail, ...rest } = body;
  return { status, body: Object.fromEntries(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
