import type { Books } from './books.ts';
import type { AlertTotals, StageTotals } from './gateway-view.ts';
import type { MadeGood } from './make-good.ts';
import type { InjectedDefect } from './story.ts';
import type { WrongPayouts } from './wrong-payouts.ts';

export type Report = {
  stages: StageTotals[];
  totals: {
    requests: number;
    payouts: number;
    doublePayouts: number;
    taxPostings: number;
    taxMissing: number;
    ledgerSum: string;
  };
  alerts: Pick<AlertTotals, 'signature' | 'count' | 'slackMessages'>[];
  injectedDefect: InjectedDefect;
  wrongPayouts: WrongPayouts;
  madeGood: MadeGood;
  parts: Record<string, { name: string; version: string }>;
  /** What was proved, in words; the run succeeds only if all of it holds. */
  proofs: Proof[];
};

export type Proof = { says: string; holds: boolean; found: string };

export type Evidence = {
  books: Books;
  wrongPayouts: WrongPayouts;
  madeGood: MadeGood;
  stages: StageTotals[];
  alerts: AlertTotals[];
  defect: InjectedDefect;
  /** As the gateway counted, and as the customers did. */
  requests: { requests: number; settled: number; sent: number; unanswered: number };
};

const proof = (says: string, holds: boolean, found: string | number): Proof => ({
  says,
  holds,
  found: String(found),
});

/** What must hold at the end of the move. */
function proofsOf({ books, wrongPayouts, madeGood, stages, alerts, defect, requests }: Evidence): Proof[] {
  const judged = stages.reduce(
    (sum, { verdicts }) => sum + Object.values(verdicts).reduce((a, b) => a + b, 0),
    0,
  );
  const mismatchesElsewhere = stages
    .filter((s) => s.since < defectEntry(stages, defect) && s.stage !== defect.stage)
    .reduce((sum, s) => sum + (s.verdicts['mismatch'] ?? 0), 0);
  const last = stages.at(-1);
  const neverCame = requests.sent - requests.requests;
  return [
    proof('no account was paid twice on a business date', books.doublePayouts === 0, books.doublePayouts),
    proof('the ledger sums to zero', books.ledgerSum === '0', books.ledgerSum),
    proof('each head is the sum of its entries', books.wrongHeads === 0, books.wrongHeads),
    proof('each payout has its tax posting, to the won', books.taxMissing === 0, books.taxMissing),
    proof(
      'each payout a customer was told of is in the ledger',
      books.toldButMissing === 0,
      books.toldButMissing,
    ),
    proof(
      'no invariant of the books is broken',
      books.broken.length === 0,
      books.broken.join('; ') || 'none',
    ),
    proof('both cores paid', books.byCore.legacy > 0 && books.byCore.new > 0, JSON.stringify(books.byCore)),
    proof(
      'each request has exactly one verdict',
      judged === requests.requests && requests.settled === requests.requests && neverCame >= 0,
      `${requests.requests} came, ${judged} judged`,
    ),
    proof(
      'each request a customer sent came, but those that got no answer',
      neverCame >= 0 && neverCame <= requests.unanswered,
      `${requests.sent} sent, ${requests.requests} came, ${requests.unanswered} got no answer`,
    ),
    proof('the cores agreed before the defect', mismatchesElsewhere === 0, mismatchesElsewhere),
    proof(
      'the defect was seen, alerted and stepped back',
      alerts.some((alert) => alert.slackMessages > 0 && alert.firstSentAt !== null) &&
        [defect.firstMismatchMs, defect.alertMs, defect.steppedBackMs].every((ms) => ms >= 0) &&
        defect.steppedBackTo === 'shadow' &&
        stages[stages.findIndex((s) => s.stage === defect.stage) + 1]?.stage === 'shadow',
      JSON.stringify(defect),
    ),
    ...proofsOfTheDefect(wrongPayouts, madeGood),
    proof(
      'all customers are on the new core',
      last?.stage === 'full',
      `${last?.stage} ${JSON.stringify(last?.primary)}`,
    ),
    proof(
      'the cores agreed in the full stage',
      (last?.verdicts['mismatch'] ?? 1) === 0,
      JSON.stringify(last?.verdicts),
    ),
  ];
}

/** What the defective release did wrong is known, was seen, and was made good. */
function proofsOfTheDefect(wrongPayouts: WrongPayouts, madeGood: MadeGood): Proof[] {
  return [
    proof(
      'only the defective release paid wrong amounts',
      wrongPayouts.notOfTheDefect === 0 && wrongPayouts.unchecked === 0 && wrongPayouts.checked > 0,
      `${wrongPayouts.count} wrong of ${wrongPayouts.checked} rehearsed by the legacy core, ${wrongPayouts.notOfTheDefect} of another release or time, ${wrongPayouts.unchecked} without an answer`,
    ),
    proof(
      'the comparator saw each wrong payout before the step back',
      wrongPayouts.count <= wrongPayouts.seenByComparator,
      `${wrongPayouts.count} wrong, ${wrongPayouts.seenByComparator} mismatches`,
    ),
    proof(
      'each wrong payout was taken back and its period paid anew',
      madeGood.reversed === wrongPayouts.count && madeGood.paidAnew === madeGood.reversed,
      `${wrongPayouts.count} wrong, ${madeGood.reversed} taken back, ${madeGood.paidAnew} paid anew`,
    ),
  ];
}

function defectEntry(stages: StageTotals[], defect: InjectedDefect): string {
  return stages.find((s) => s.stage === defect.stage)?.since ?? '';
}

export function reportOf(evidence: Evidence, parts: Report['parts']): Report {
  const { books, wrongPayouts, madeGood, stages, alerts, defect, requests } = evidence;
  return {
    stages,
    totals: {
      requests: requests.requests,
      payouts: books.payouts,
      doublePayouts: books.doublePayouts,
      taxPostings: books.taxPostings,
      taxMissing: books.taxMissing,
      ledgerSum: books.ledgerSum,
    },
    alerts: alerts.map(({ signature, count, slackMessages }) => ({ signature, count, slackMessages })),
    injectedDefect: defect,
    wrongPayouts,
    madeGood,
    parts,
    proofs: proofsOf(evidence),
  };
}
