import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { TaxRules } from '../domain/tax.ts';

const Levy = Type.Object({
  rate: Type.String({ pattern: '^(0|0\\.[0-9]{1,9})$' }),
  cutBelow: Type.String({ pattern: '^[1-9][0-9]{0,3}$' }),
});
const OptionalLevy = Type.Union([Type.Null(), Levy]);

const TaxRulesFile = Type.Object(
  {
    version: Type.String({ minLength: 1 }),
    // Versions of another core whose rules come to the same, as its receipts name them.
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

/** Reads and checks the tax rules; says which entry is wrong. */
export function readTaxRules(file: string | URL): TaxRules {
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (validator.Check(rules)) return rules as TaxRules;
  const [first] = validator.Errors(rules);
  throw new Error(
    `tax rules ${String(file)}: ${first?.instancePath || '/'} ${first?.message ?? 'not valid'}`,
  );
}

/**
 * The rules of every version on file: those of `file` and of every other `tax*.json` beside it. What was paid under an
 * older version is corrected under that version, so the file of a version that was ever in force is never removed.
 */
export function taxRulesOnFile(file: string | URL): (version: string) => TaxRules | null {
  const directory = dirname(typeof file === 'string' ? file : fileURLToPath(file));
  const found = new Map<string, TaxRules>();
  for (const name of readdirSync(directory).filter((entry) => /^tax.*\.json$/.test(entry))) {
    const { rules, version, sameAs } = readTaxRules(join(directory, name)) as RulesOnFile;
    for (const each of [version, ...(sameAs ?? [])]) {
      if (found.has(each)) throw new Error(`tax rules ${each} are in ${directory} twice: remove one`);
      found.set(each, { version: each, rules });
    }
  }
  return (version) => found.get(version) ?? null;
}

type RulesOnFile = TaxRules & { sameAs?: string[] };
