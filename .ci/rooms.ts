/** A room: its folder, its package, and the packages that it may import (docs/architecture.md has the same table). */
export type Room = { folder: string; mayImport: readonly string[]; testsMayImport?: readonly string[] };

/** What every test may import: real parts, and the fakes that rooms offer. */
const FOR_TESTS = ['local-stack/testing', 'rollout/testing', 'comparator/testing', 'comparator/engine'];

/** `x/*` allows each subpath of package `@core-exit/x`. Every arrow that is not listed is refused. */
export const ROOMS: readonly Room[] = [
  { folder: 'process', mayImport: [] },
  { folder: 'cache', mayImport: ['process/*'] },
  { folder: 'rollout', mayImport: ['process/*'] },
  { folder: 'comparator', mayImport: ['process/*', 'rollout'] },
  { folder: 'bank/ledger', mayImport: ['process/*'] },
  { folder: 'bank/contract', mayImport: ['process/*'] },
  { folder: 'bank/extraction', mayImport: ['bank-contract', 'bank-contract/*', 'comparator', 'rollout'] },
  { folder: 'interest-service', mayImport: ['process/*', 'cache', 'bank-contract', 'bank-contract/*'] },
  { folder: 'legacy-core-adapter', mayImport: ['process/*', 'bank-contract', 'bank-contract/*'] },
  {
    folder: 'test-cases',
    mayImport: ['process/*', 'bank-contract', 'interest-service/domain', 'interest-service/tax-rules'],
  },
  { folder: 'local-stack', mayImport: ['process/*', 'bank-ledger/seed'] },
];

export const testArrowsOf = (room: Room): readonly string[] => [
  ...room.mayImport,
  ...FOR_TESTS,
  ...(room.testsMayImport ?? []),
];

/** Rooms that serve any extraction: no word of interest, Korea or banks. */
export const TOOLKIT = ['process', 'cache', 'rollout', 'comparator'];

/** Stories of the new core: one folder each in `interest-service/src`. */
export const STORIES = ['payout', 'quote', 'reversal', 'correction', 'capitalisation', 'tax', 'audit'];

/** Folders that stories share, and what each of them may import. */
export const COMMON_FOLDERS: Record<string, readonly string[]> = { ledger: ['domain'], command: ['ledger'] };
