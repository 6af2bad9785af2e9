import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '@core-exit/process/faults';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { TaxRules } from '../domain/tax.ts';
import { INTEREST_FAULTS } from './faults.ts';

const Levy = Type.Object({
  rate: Type.String({ pattern: '^(0|0\\.[0-9]{1,9})$' }),
  cutBelow: Type.String({ pattern: '^[1-9][0-9]{0,3}$' }),
});
const OptionalLevy = Type.Union([Type.Null(), Levy]);

const TaxRulesFile = Type.Object(
  {
    version: Type.String({ minLength: 1 }),
    // Versions of another core with the same rules, as its receipts name them.
    sameAs: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
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

/** Reads and checks the tax rules. Throws TAX_RULES_NOT_VALID with the place of the first mistake. */
export function readTaxRules(file: string | URL): TaxRules {
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (validator.Check(rules)) return rules as TaxRules;
  const [first] = validator.Errors(rules);
  const message = `tax rules ${String(file)}: ${first?.instancePath || '/'} ${first?.message ?? 'not valid'}`;
  throw new Fault(INTEREST_FAULTS.TAX_RULES_NOT_VALID, message);
}

/**
 * The rules of every version on file: those of `file` and of every other `tax*.json` beside it. A payout that was made under
 * an older version is corrected under that version, so the file of a version that was ever in force is never removed.
 */
export function taxRulesOnFile(file: string | URL): (version: string) => TaxRules | null {
  const directory = dirname(typeof file === 'string' ? file : fileURLToPath(file));
  const found = new Map<string, TaxRules>();
  for (const name of readdirSync(directory).filter((each) => /^tax.*\.json$/.test(each))) {
    const { rules, version, sameAs } = readTaxRules(join(directory, name)) as RulesOnFile;
    for (const each of [version, ...(sameAs ?? [])]) {
      if (found.has(each)) {
        const message = `two files in ${directory} have the tax rules ${each}: remove one`;
        throw new Fault(INTEREST_FAULTS.TAX_RULES_NOT_VALID, message);
      }
      found.set(each, { version: each, rules });
    }
  }
  return (version) => found.get(version) ?? null;
}

type RulesOnFile = TaxRules & { sameAs?: string[] };
