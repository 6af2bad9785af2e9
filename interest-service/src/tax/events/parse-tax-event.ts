import {
  InterestCorrected,
  InterestPaid,
  InterestReversed,
  TAX_EVENT_VERSION,
  type TaxEvent,
} from '@core-exit/bank-contract';
import { Compile } from 'typebox/compile';

const VALIDATORS = {
  INTEREST_PAID: Compile(InterestPaid),
  REVERSAL: Compile(InterestReversed),
  CORRECTION: Compile(InterestCorrected),
} satisfies Record<TaxEvent['kind'], unknown>;

const MAJOR = TAX_EVENT_VERSION.split('.')[0];

/** The tax event, or the reason why this version can never read it. */
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
