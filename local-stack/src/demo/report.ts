import type { Books } from './books.ts';
import type { InjectedDefect } from './defect.ts';
import type { AlertTotals, StageTotals } from './gateway-view.ts';
import type { Remediation } from './remediation.ts';
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
  madeGood: Remediation;
  parts: Record<string, { name: string; version: string }>;
  /** What was checked, in words. The run succeeds only if every proof holds. */
  proofs: Proof[];
};

export type Proof = { says: string; holds: boolean; found: string };

export type Evidence = {
  books: Books;
  wrongPayouts: WrongPayouts;
  remediation: Remediation;
  stages: StageTotals[];
  alerts: AlertTotals[];
  defect: InjectedDefect;
  /** Counts of the gateway and of the customers. */
  requests: { requests: number; settled: number; sent: number; unanswered: number };
};

const proof = (says: string, holds: boolean, found: string | number): Proof => ({
  says,
  holds,
  found: String(found),
});

/** What must hold at the end of the move. */
function proofsOf({ books, wrongPayouts, remediation, stages, alerts, defect, requests }: Evidence): Proof[] {
  const judged = stages.reduce(
    (sum, { verdicts }) => sum + Object.values(verdicts).reduce((a, b) => a + b, 0),
    0,
  );
  const mismatchesElsewhere = stages
    .filter((s) => s.since < defectSince(stages, defect) && s.stage !== defect.stage)
    .reduce((sum, s) => sum + (s.verdicts['mismatch'] ?? 0), 0);
  const last = stages.at(-1);
  const notReceived = requests.sent - requests.requests;
  return [
    proof('no account was paid twice on a business date', books.doublePayouts === 0, books.doublePayouts),
    proof('the ledger sums to zero', books.ledgerSum === '0', books.ledgerSum),
    proof('each head is the sum of its entries', books.wrongHeads === 0, books.wrongHeads),
    proof('each payout has its tax posting, to the won', books.taxMissing === 0, books.taxMissing),
    proof(
      'each payout that a customer got as an answer is in the ledger',
      books.acknowledgedButMissing === 0,
      books.acknowledgedButMissing,
    ),
    proof(
      'no invariant of the books is broken',
      books.broken.length === 0,
      books.broken.join('; ') || 'none',
    ),
    proof('both cores paid', books.byCore.legacy > 0 && books.byCore.new > 0, JSON.stringify(books.byCore)),
    proof(
      'each request has exactly one verdict',
      judged === requests.requests && requests.settled === requests.requests && notReceived >= 0,
      `${requests.requests} received, ${judged} with a verdict`,
    ),
    proof(
      'the gateway received each request of a customer, except some without an answer',
      notReceived >= 0 && notReceived <= requests.unanswered,
      `${requests.sent} sent, ${requests.requests} received, ${requests.unanswered} without an answer`,
    ),
    proof('the cores agreed before the defect', mismatchesElsewhere === 0, mismatchesElsewhere),
    proof(
      'the defect was seen, an alert was sent, and traffic stepped back',
      alerts.some((alert) => alert.slackMessages > 0 && alert.firstSentAt !== null) &&
        [defect.firstMismatchMs, defect.alertMs, defect.steppedBackMs].every((ms) => ms >= 0) &&
        defect.steppedBackTo === 'shadow' &&
        stages[stages.findIndex((s) => s.stage === defect.stage) + 1]?.stage === 'shadow',
      JSON.stringify(defect),
    ),
    ...proofsOfTheDefect(wrongPayouts, remediation),
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

/** The wrong payouts of the defective release are known, were seen, and were remedied. */
function proofsOfTheDefect(wrongPayouts: WrongPayouts, remediation: Remediation): Proof[] {
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
      'each wrong payout was reversed and its period paid again',
      remediation.reversed === wrongPayouts.count && remediation.paidAnew === remediation.reversed,
      `${wrongPayouts.count} wrong, ${remediation.reversed} reversed, ${remediation.paidAnew} paid again`,
    ),
  ];
}

function defectSince(stages: StageTotals[], defect: InjectedDefect): string {
  return stages.find((s) => s.stage === defect.stage)?.since ?? '';
}

export function reportOf(evidence: Evidence, parts: Report['parts']): Report {
  const { books, wrongPayouts, remediation, stages, alerts, defect, requests } = evidence;
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
    madeGood: remediation,
    parts,
    proofs: proofsOf(evidence),
  };
}
