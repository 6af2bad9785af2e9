import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { TaxRules } from './domain/tax.ts';

const Levy = Type.Object({
  rate: Type.String({ pattern: '^(0|0\\.[0-9]{1,9})$' }),
  cutBelow: Type.String({ pattern: '^[1-9][0-9]{0,3}$' }),
});
const OptionalLevy = Type.Union([Type.Null(), Levy]);

const TaxRulesFile = Type.Object(
  {
    version: Type.String({ minLength: 1 }),
    rules: Type.Array(
      Type.Object(
        {
          taxClass: Type.Enum([
            'resident',
            'exempt',
            'preferential',
            'cooperative',
            'non-resident',
            'unconfirmed',
            'corporation',
          ]),
          from: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
          incomeTax: Levy,
          localTax: OptionalLevy,
          farmTax: OptionalLevy,
          incomeTaxAtLeast: Type.Union([Type.Null(), Type.String({ pattern: '^[0-9]+$' })]),
          source: Type.String({ minLength: 1 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

const validator = Compile(TaxRulesFile);

/** Reads and checks the tax rules; says which entry is wrong. */
export function readTaxRules(file: string | URL): TaxRules {
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (validator.Check(rules)) return rules as TaxRules;
  const [first] = validator.Errors(rules);
  throw new Error(
    `tax rules ${String(file)}: ${first?.instancePath || '/'} ${first?.message ?? 'not valid'}`,
  );
}
