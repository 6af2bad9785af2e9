import type { CompiledRule, Rule } from './rule.ts';

/** The name of a header in rules, field classes and differences, such as `header:etag`. Lower case. */
const HEADER_PATH = /^header:[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** Whether a path names a header. Throws TypeError if the name of the header is not spelled correctly. */
export function isHeaderPath(path: string): boolean {
  if (!path.startsWith('header:')) return false;
  if (!HEADER_PATH.test(path)) {
    throw new TypeError(
      `${JSON.stringify(path)} is not the name of a header: write it in lower case, such as header:content-type`,
    );
  }
  return true;
}

/** Whether a rule applies to a header. Throws TypeError for a list rule with the path of a header. */
export function isHeaderRule(rule: Rule): boolean {
  if (rule.kind === 'status' || !isHeaderPath(rule.path)) return false;
  if (rule.kind === 'unordered' || rule.kind === 'keyed') {
    throw new TypeError(`${rule.path} is a header and not a list, so it cannot be ${rule.kind}`);
  }
  return true;
}

/** The rules for one header. */
export type HeaderRules = { explaining: readonly CompiledRule[]; isOneSided: boolean };

export function headerRulesOf(rules: readonly CompiledRule[], path: string): HeaderRules {
  const here = rules.filter(({ rule }) => rule.kind !== 'status' && rule.path === path);
  return {
    explaining: here.filter(({ rule }) => rule.kind !== 'oneSided'),
    isOneSided: here.some(({ rule }) => rule.kind === 'oneSided'),
  };
}
