import type { TaxClass, Treaty } from './tax.ts';

export type AccountStatus = 'active' | 'limited' | 'suspended' | 'dormant' | 'closed';
export type CustomerStatus = 'active' | 'deceased' | 'identity-theft' | 'hacking-victim';
export type Hold = 'payment-stop' | 'seizure' | 'pledge' | 'deposit-stop' | 'withdrawal-stop';

/** The standing of an account and its holder as of a basis. */
export type Standing = {
  accountStatus: AccountStatus;
  customerStatus: CustomerStatus;
  taxClass: TaxClass;
  treaty: Treaty | null;
  holds: readonly Hold[];
};
