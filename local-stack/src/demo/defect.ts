import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Release } from '../bank/new-core.ts';
import { REPOSITORY } from '../run.ts';

type Rules = { version: string; rules: { taxClass: string; localTax: { cutBelow: string } | null }[] };

/** Version of the wrong rules, which receipts contain. */
export const DEFECT_RULES = '2026-02';

/** Times count from the first mismatch; `firstMismatchMs` counts from the beginning of the deployment. */
export type InjectedDefect = {
  stage: string;
  firstMismatchMs: number;
  alertMs: number;
  steppedBackMs: number;
  /** The stage after the step back. */
  steppedBackTo: string;
  /** From the beginning of the deployment to the step back, by the bank's clock. */
  served: { from: string; to: string };
};

/**
 * A release with a typical defect: next quarter's tax rules were entered by hand, and the local tax of residents is no longer
 * cut below ten won (지방세법 103조의13, 국고금 관리법 47조). The code is the same; only the rule data are wrong.
 */
export function defectiveRelease(version: string, directory: string): Release {
  const file = join(REPOSITORY, 'interest-service', 'rules', 'tax.json');
  const rules = JSON.parse(readFileSync(file, 'utf8')) as Rules;
  const wrong = {
    version: DEFECT_RULES,
    rules: rules.rules.map((rule) =>
      rule.taxClass === 'resident' && rule.localTax !== null
        ? { ...rule, localTax: { ...rule.localTax, cutBelow: '1' } }
        : rule,
    ),
  };
  const taxRulesFile = join(directory, `tax-${DEFECT_RULES}.json`);
  writeFileSync(taxRulesFile, JSON.stringify(wrong, null, 2));
  return { version, taxRulesFile };
}
