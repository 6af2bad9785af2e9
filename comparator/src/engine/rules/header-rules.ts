import type { ReadyRule, Rule } from './compiled-rules.ts';

/** How a header is named in rules, field classes and differences: `header:etag`, in lower case. */
const HEADER_PATH = /^header:[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** Whether a path names a header. Throws TypeError if it would but for its spelling. */
export function isHeaderPath(path: string): boolean {
  if (!path.startsWith('header:')) return false;
  if (!HEADER_PATH.test(path)) {
    throw new TypeError(
      `${JSON.stringify(path)} is no header: lower case is due, such as header:content-type`,
    );
  }
  return true;
}

/** Whether a rule is one for a header. Throws TypeError when it cannot hold for one. */
export function isHeaderRule(rule: Rule): boolean {
  if (rule.kind === 'status' || !isHeaderPath(rule.path)) return false;
  if (rule.kind === 'unordered' || rule.kind === 'keyed') {
    throw new TypeError(`${rule.path}: a header is no list, so it cannot be ${rule.kind}`);
  }
  return true;
}

/** What the rules say of one header. */
export type HeaderRules = { loosening: readonly ReadyRule[]; isOneSided: boolean };

export function headerRulesOf(rules: readonly ReadyRule[], path: string): HeaderRules {
  const here = rules.filter(({ rule }) => rule.kind !== 'status' && rule.path === path);
  return {
    loosening: here.filter(({ rule }) => rule.kind !== 'oneSided'),
    isOneSided: here.some(({ rule }) => rule.kind === 'oneSided'),
  };
}
