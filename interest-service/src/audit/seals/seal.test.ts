import { describe, expect, it } from 'vitest';
import { checkChain, checkSeal } from '../rebuild/check-seals.ts';
import { addFacts, closeSeal, openSeal, type Seal } from './seal.ts';

const facts = (accountNo: string, digest = accountNo) => ({ accountNo, facts: 3, digest });
const sealOf = (day: string, previous: Seal | null, accounts: string[]): Seal =>
  closeSeal(accounts.map((no) => facts(no)).reduce(addFacts, openSeal(day, previous && { ...previous })));

const first = sealOf('2026-03-01', null, ['1', '2']);
const second = sealOf('2026-03-02', { ...first }, ['2']);
const third = sealOf('2026-03-03', { ...second }, []);
const chain = [first, second, third].map((seal) => ({
  ...seal,
  previous: seal.previous && { businessDate: seal.previous.businessDate, digest: seal.previous.digest },
}));
const NONE = new Map<string, string>();

describe('a seal', () => {
  it('depends on the day, on the previous seal, on each account and its facts', () => {
    const digests = [
      first,
      sealOf('2026-03-02', null, ['1', '2']),
      sealOf('2026-03-01', second, ['1', '2']),
      sealOf('2026-03-01', null, ['1']),
      sealOf('2026-03-01', null, ['1', '3']),
      closeSeal(addFacts(addFacts(openSeal('2026-03-01', null), facts('1')), facts('2', 'x'))),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(first).toMatchObject({ accounts: 2n, facts: 6n });
  });

  it('takes accounts in ascending order only', () => {
    expect(() => addFacts(addFacts(openSeal('2026-03-01', null), facts('2')), facts('1'))).toThrow(
      RangeError,
    );
  });

  it('with another digest is found by its day', () => {
    expect(checkSeal(second, second)).toEqual([]);
    expect(checkSeal(second, { ...second, digest: first.digest })).toMatchObject([
      { kind: 'seal-digest', businessDate: '2026-03-02' },
    ]);
  });
});

describe('the chain', () => {
  it('has one seal a day and ends at the anchor', () => {
    expect(checkChain(chain, new Map([['2026-03-02', second.digest]]))).toEqual([]);
  });

  it('shows a seal that was removed or replaced, or that differs from its anchor', () => {
    const kinds = (seals: readonly Seal[], anchors = NONE) =>
      checkChain(seals, anchors).map(({ kind }) => kind);
    expect(kinds(chain.filter((_, i) => i !== 1))).toEqual(['seal-chain', 'seal-missing']);
    expect(kinds(chain.slice(1))).toEqual(['seal-chain']);
    expect(kinds(chain.map((seal, i) => (i === 0 ? { ...seal, digest: '0' } : seal)))).toEqual([
      'seal-chain',
    ]);
    expect(kinds(chain, new Map([['2026-03-02', first.digest]]))).toEqual(['seal-anchor']);
    expect(kinds(chain.slice(0, 2), new Map([['2026-03-03', third.digest]]))).toEqual(['seal-anchor']);
  });
});
