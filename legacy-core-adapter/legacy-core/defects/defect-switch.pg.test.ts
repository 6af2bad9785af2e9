import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, since, startLegacy } from '../../testing/legacy.ts';
import { DEFECT_NAMES, DEFECTS } from './catalogue.sql.ts';
import { DefectHasNoPlace, defectsOn, setDefects } from './defect-switch.sql.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const sourceOf = async (fn: string): Promise<string> => {
  const [row] = await legacy.sql<{ src: string }>(
    `select pg_get_functiondef(oid) as src from pg_proc where pronamespace = 'legacy'::regnamespace and proname = $1`,
    [fn],
  );
  return row?.src ?? '';
};

describe('the catalogue of defects', () => {
  it('can be switched on one by one, and after each the core is correct again', async () => {
    for (const name of DEFECT_NAMES) {
      const right = await sourceOf(DEFECTS[name].in);
      await setDefects(legacy.ownerUrl, [name]);
      expect(await defectsOn(legacy.ownerUrl)).toEqual([name]);
      expect(await sourceOf(DEFECTS[name].in)).not.toBe(right);
      await setDefects(legacy.ownerUrl, []);
      expect(await sourceOf(DEFECTS[name].in)).toBe(right);
    }
  });

  it('can have several switched on at once, also in one function', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    await setDefects(legacy.ownerUrl, ['income-tax-not-cut', 'farm-tax-forgotten', 'won-rounded-half-up']);
    expect(bodyOf(await legacy.core.quote(customer, null))).toMatchObject({
      gross: '2740',
      incomeTax: '383',
    });
    await setDefects(legacy.ownerUrl, []);
    expect(bodyOf(await legacy.core.quote(customer, null))).toMatchObject({
      gross: '2739',
      incomeTax: '380',
    });
  });

  it('refuses a defect that no longer fits its function, without a change', async () => {
    await setDefects(legacy.ownerUrl, []);
    const both = ['month-end-lost', 'leap-year-366'] as const; // both replace the same text
    await expect(setDefects(legacy.ownerUrl, both)).rejects.toThrow(DefectHasNoPlace);
    expect(await defectsOn(legacy.ownerUrl)).toEqual([]);
  });

  it('can be switched by the owner, not by the core itself', async () => {
    const url = new URL(legacy.ownerUrl);
    url.username = 'legacy_core';
    url.password = 'legacy_core';
    await expect(setDefects(url.href, ['tax-cut-once'])).rejects.toThrow('permission denied');
  });
});
