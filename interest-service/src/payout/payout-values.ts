import type { NewPayout, NewRefusal } from '../ledger/ports.ts';
import { interestPaid } from '../ledger/tax-event.ts';

/** The parameters of WRITE_PAYOUT, in order. */
export function payoutValues(payout: NewPayout): unknown[] {
  return [
    payout.accountNo,
    payout.basisSeq,
    payout.net,
    payout.payoutId,
    payout.businessDate,
    payout.lines.map((line) => line.glCode),
    payout.lines.map((line) => line.amount),
    payout.customerId,
    payout.channelKey,
    payout.requestHash,
    payout.memo,
    payout.period.from,
    payout.gross,
    payout.incomeTax,
    payout.localTax,
    payout.farmTax,
    payout.taxClass,
    payout.taxRuleVersion,
    JSON.stringify(interestPaid(payout)),
  ];
}

/** The parameters of WRITE_REFUSAL, in order. */
export function refusalValues(refused: NewRefusal): unknown[] {
  const { asked, account, refusal } = refused;
  return [
    asked.customerId,
    refused.channelKey,
    refused.requestHash,
    JSON.stringify(refused.problem),
    asked.accountNo,
    asked.traceId,
    account.basis.businessDate,
    account.basis.ledgerSeq,
    refusal.code,
    refusal.code === 'NOT_ELIGIBLE' ? refusal.allReasons : [],
  ];
}
