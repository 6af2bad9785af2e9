import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TAX_EVENT_VERSION, TaxEvent } from '@core-exit/bank-contract';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { parseTaxEvent } from './parse-tax-event.ts';

const PUBLISHED = fileURLToPath(new URL('tax-events', import.meta.resolve('@core-exit/bank-contract')));

const ID = '00000000-0000-4000-8000-000000000001';
const common = {
  schemaVersion: TAX_EVENT_VERSION,
  payoutId: ID,
  accountNo: '110000000001',
  customerId: 'C000000001',
  businessDate: '2026-10-03',
  taxClass: 'resident',
  taxRuleVersion: '2026-01',
};
const amounts = { gross: '2739', incomeTax: '380', localTax: '30', farmTax: '0', net: '2329' };
const negated = { gross: '-2739', incomeTax: '-380', localTax: '-30', farmTax: '0', net: '-2329' };
const EVENTS: TaxEvent[] = [
  { kind: 'INTEREST_PAID', ...common, basisSeq: '7', ...amounts },
  { kind: 'REVERSAL', ...common, reversalId: ID, originalBusinessDate: '2026-10-03', ...negated },
  { kind: 'CORRECTION', ...common, correctionId: ID, originalBusinessDate: '2026-10-03', ...negated },
];

describe('the schema of tax events', () => {
  it('is published as JSON Schema, a file for each version', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `Tax events ${TAX_EVENT_VERSION} on the topic interest.payouts.v1`,
      ...TaxEvent,
    };
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      join(PUBLISHED, `${TAX_EVENT_VERSION}.schema.json`),
    );
  });

  it.each(readdirSync(PUBLISHED))('%s: readers of that version can read the events of today', (file) => {
    const validator = Compile(JSON.parse(readFileSync(join(PUBLISHED, file), 'utf8')));
    for (const event of EVENTS) expect([...validator.Errors({ eventId: ID, ...event })]).toEqual([]);
  });
});

describe('a reader', () => {
  it('reads any minor version of its major version and ignores added fields', () => {
    for (const event of EVENTS) {
      const newer = { ...event, schemaVersion: '1.42', channel: { added: 'later' } };
      expect(parseTaxEvent(newer)).toEqual(newer);
    }
  });

  it.each(['2.0', '0.9', '1', '1.x', '01.0', '', 1, null])('does not read version %s', (schemaVersion) => {
    expect(parseTaxEvent({ ...EVENTS[0], schemaVersion })).toHaveProperty('fault');
  });

  it.each([
    ['a number for won', { gross: 2739 }],
    ['a fraction', { gross: '2739.0' }],
    ['a sign where there is none', { net: '-2329' }],
    ['another calendar', { businessDate: '20261003' }],
    ['an account that is none', { accountNo: '1100' }],
    ['amounts that do not add up', { net: '2328' }],
  ])('refuses %s', (_what, change) => {
    expect(parseTaxEvent({ ...EVENTS[0], ...change })).toHaveProperty('fault');
  });
});
