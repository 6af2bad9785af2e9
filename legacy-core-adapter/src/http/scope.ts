import type { coreServer } from '@core-exit/bank-contract/server';

/** The authenticated scope in which a core adds routes of its own. */
export type Scope = Parameters<NonNullable<Parameters<typeof coreServer>[1]>>[0];
