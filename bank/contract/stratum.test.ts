import { expect, it } from 'vitest';
import { readStratum, type Stratum, writeStratum } from './stratum.ts';

const stratum: Stratum = {
  product: 'DD365',
  tier: '2',
  taxClass: 'resident',
  customerStatus: 'active',
  accountStatus: 'active',
};

it('a stratum is written into one header and read back', () => {
  const header = 'product=DD365;tier=2;taxClass=resident;customerStatus=active;accountStatus=active';
  expect(writeStratum(stratum)).toBe(header);
  expect(readStratum(header)).toEqual(stratum);
});

it('separators, spaces, plus signs and Korean in a value survive', () => {
  for (const product of ['a;b=c', 'one + one', '보통예금', '100%', '&tier=9']) {
    expect(readStratum(writeStratum({ ...stratum, product }))).toEqual({ ...stratum, product });
  }
});

it('an absent header, an empty dimension and an unknown dimension are not in the result', () => {
  expect(readStratum(undefined)).toEqual({});
  expect(readStratum('product=;tier=2;customer=C000000001')).toEqual({ tier: '2' });
});
