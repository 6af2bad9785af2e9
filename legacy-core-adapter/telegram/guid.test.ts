import { expect, it } from 'vitest';
import { newGuid } from './guid.ts';

it('a GUID is 32 capital letters and digits: Korean time, channel, random', () => {
  const guid = newGuid(new Date('2026-11-20T09:03:12.345Z'), Buffer.from('0123456789ab', 'hex'));
  expect(guid).toBe('20261120180312345IPA0123456789AB');
});
