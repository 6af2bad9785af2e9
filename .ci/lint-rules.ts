import { dirname, relative, resolve } from 'node:path';
import { ROOMS, TOOLKIT } from './rooms.ts';

/**
 * Rules of this repository that no published plugin has. ESLint's rule API, run by oxlint (`jsPlugins`).
 * `.ci/guards.ts` plants a breach of each.
 */

type Node = { type: string; range: [number, number] };
type Context = {
  filename: string;
  cwd: string;
  sourceCode: { text: string };
  report(finding: { message: string; node: Node }): void;
};
type Visitors = Record<string, (node: never) => void>;
type Rule = { create(context: Context): Visitors };

type Program = Node;
type Literal = Node & { value: unknown };
type TemplateLiteral = Node & { quasis: { value: { raw: string } }[] };
type Call = Node & { callee: Node & { name?: string; property?: { name?: string } }; arguments: Node[] };

/** What the toolkit must not know. `CP949` and `EUC-KR` are character sets, and no word of these. */
const WORDS =
  /\b(interest|payouts?|withholding|koreans?|korea|seoul|kst|krw|won|banks?|banking|bankers?|deposits?)\b/i;
const PARTS_OF_NAMES = /Payout|Interest[A-Z]|[a-z]Interest|kst[A-Z]|Kst[A-Z]|Bank[A-Z]|[a-z]Bank\b/;
/** `interest` and `won` in their other meanings. */
const OTHER_MEANINGS = /\b(of|no|any|some|in the) interests?\b|\bwon (the|a|it)\b/;

/** The first word of interest, Korea or banks in a line; null if there is none. */
export function bankWordIn(line: string): string | null {
  if (OTHER_MEANINGS.test(line)) return null;
  return WORDS.exec(line)?.[0] ?? PARTS_OF_NAMES.exec(line)?.[0] ?? null;
}

const noBankWords: Rule = {
  create(context) {
    if (!TOOLKIT.some((room) => within(context, room))) return {};
    return {
      Program(node: Program) {
        context.sourceCode.text.split('\n').forEach((line, i) => {
          const found = bankWordIn(line);
          if (found === null) return;
          context.report({ node, message: `the toolkit knows no bank: "${found}" in line ${i + 1}` });
        });
      },
    };
  },
};

/** A statement, not a sentence that begins with such a word: the second word tells. */
const SQL =
  /^\s*(--.*\n\s*)*(select\s[\s\S]*\bfrom\b|select [\w.]+\(|insert into\s|update\s[\w.]+\s+(as \w+ )?set\b|delete from\s|with \w+ (\([\w, ]+\) )?as (materialized )?\(|(create|alter|drop) (table|schema|index|function|role|view)\s|lock table\s|notify \w+|set (local |session )?\w+ (=|to) )/i;

const sqlInSqlFiles: Rule = {
  create(context) {
    const check = (node: Node, text: string): void => {
      if (!SQL.test(text)) return;
      context.report({ node, message: 'SQL stands in *.sql.ts or *.sql files' });
    };
    return {
      Literal: (node: Literal) => {
        if (typeof node.value === 'string') check(node, node.value);
      },
      TemplateLiteral: (node: TemplateLiteral) =>
        check(node, node.quasis.map(({ value }) => value.raw).join('x')),
    };
  },
};

/** Functions whose arguments form a path. */
const PATH_CALLS = new Set(['join', 'resolve', 'URL']);

const noPathOutOfRoom: Rule = {
  create(context) {
    const room = ROOMS.find((one) => within(context, one.folder));
    if (room === undefined) return {};
    const check = (call: Call): void => {
      const name = call.callee.name ?? call.callee.property?.name ?? '';
      if (!PATH_CALLS.has(name) || !isBesideFile(context, call)) return;
      const parts = call.arguments
        .filter((one) => one.type === 'Literal')
        .map((one) => (one as Literal).value);
      const target = resolve(dirname(context.filename), ...parts.filter((part) => typeof part === 'string'));
      if (!relative(resolve(context.cwd, room.folder), target).startsWith('..')) return;
      context.report({ node: call, message: `a path leaves the room ${room.folder}: take it as a setting` });
    };
    return { CallExpression: check, NewExpression: check };
  },
};

/** Whether the path begins where the file is: `import.meta.dirname`, `import.meta.url`. */
function isBesideFile({ sourceCode }: Context, { arguments: args }: Call): boolean {
  return args.some(({ range }) => /^import\.meta\.(dirname|url)$/.test(sourceCode.text.slice(...range)));
}

function within({ filename, cwd }: Context, folder: string): boolean {
  return relative(cwd, filename).startsWith(`${folder}/`);
}

export default {
  meta: { name: 'house' },
  rules: {
    'no-bank-words': noBankWords,
    'sql-in-sql-files': sqlInSqlFiles,
    'no-path-out-of-room': noPathOutOfRoom,
  },
};
