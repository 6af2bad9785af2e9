import { Compile } from 'typebox/compile';
import {
  InterestCorrected,
  InterestPaid,
  InterestReversed,
  TAX_EVENT_VERSION,
  type TaxEvent,
} from '../../contract/index.ts';
import type { NewPayout } from './ports.ts';

const VALIDATORS = {
  INTEREST_PAID: Compile(InterestPaid),
  REVERSAL: Compile(InterestReversed),
  CORRECTION: Compile(InterestCorrected),
} satisfies Record<TaxEvent['kind'], unknown>;

const MAJOR = TAX_EVENT_VERSION.split('.')[0];

type PaidDocument = Omit<NewPayout, 'lines' | 'channelKey' | 'requestHash' | 'memo' | 'period'>;

export function interestPaid(payout: PaidDocument): InterestPaid {
  return {
    kind: 'INTEREST_PAID',
    schemaVersion: TAX_EVENT_VERSION,
    payoutId: payout.payoutId,
    accountNo: payout.accountNo,
    customerId: payout.customerId,
    businessDate: payout.businessDate,
    basisSeq: String(payout.basisSeq),
    taxClass: payout.taxClass,
    taxRuleVersion: payout.taxRuleVersion,
    gross: String(payout.gross),
    incomeTax: String(payout.incomeTax),
    localTax: String(payout.localTax),
    farmTax: String(payout.farmTax),
    net: String(payout.net),
  };
}

/** An event's id is the id of the document it tells about, so that whoever writes it again writes the same event. */
export function eventIdOf(event: TaxEvent): string {
  switch (event.kind) {
    case 'INTEREST_PAID':
      return event.payoutId;
    case 'REVERSAL':
      return event.reversalId;
    case 'CORRECTION':
      return event.correctionId;
  }
}

/** The event, or what is wrong with it: what a reader of this version can never understand. */
export function parseTaxEvent(value: unknown): TaxEvent | { fault: string } {
  const { kind, schemaVersion } = (value ?? {}) as { kind?: unknown; schemaVersion?: unknown };
  if (typeof schemaVersion !== 'string' || !/^[0-9]+\.[0-9]+$/.test(schemaVersion)) {
    return { fault: 'no schemaVersion' };
  }
  if (schemaVersion.split('.')[0] !== MAJOR) {
    return { fault: `schema version ${schemaVersion}: this reader knows ${MAJOR}.x` };
  }
  if (typeof kind !== 'string' || !Object.hasOwn(VALIDATORS, kind)) return { fault: 'unknown kind of event' };
  const validator = VALIDATORS[kind as TaxEvent['kind']];
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return { fault: `${first?.instancePath || '(whole)'} ${first?.message ?? `is no ${kind} event`}` };
  }
  const event = value as TaxEvent;
  const parts = [event.incomeTax, event.localTax, event.farmTax, event.net].map(BigInt);
  return BigInt(event.gross) === parts.reduce((sum, part) => sum + part)
    ? event
    : { fault: 'gross is not the sum of taxes and net' };
}
