import type { AccountRequest, Basis } from '@core-exit/bank-contract';

/** The account of a message. An operator has no customer number. */
export function accountFields({ accountNo, customerId }: AccountRequest): { ACNO: string; CSNO: string } {
  return { ACNO: accountNo, CSNO: customerId ?? '' };
}

/** The basis of a message; null is the present state. */
export function basisFields(at: Basis | null): { BS_DT: string | null; BS_SEQ: bigint } {
  return { BS_DT: at?.businessDate ?? null, BS_SEQ: BigInt(at?.ledgerSeq ?? 0) };
}
