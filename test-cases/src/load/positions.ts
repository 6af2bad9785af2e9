/** The line of each value of a JSON text, and the keys that an object has twice. */
export type Positions = {
  /** Line of a value, by its JSON pointer. The root is the empty pointer. */
  lineOf(pointer: string): number;
  duplicateKeys: readonly { pointer: string; line: number }[];
};

/** The text is not JSON from this line on. */
export class NoJson extends Error {
  readonly line: number;

  constructor(line: number, found: string) {
    super(`not JSON: ${found === '' ? 'the text ends too early' : `unexpected ${found.slice(0, 40)}`}`);
    this.line = line;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"/g;
const VALUE = /^(?:["{[]|(?:true|false|null|-?[0-9].*)$)/;

/** Reads the structure of a JSON text. `JSON.parse` checks the inside of strings and numbers. */
export function positionsOf(text: string, firstLine = 1): Positions {
  const lines = new Map<string, number>();
  const duplicateKeys: { pointer: string; line: number }[] = [];
  const next = tokensOf(text, firstLine);
  let line = firstLine;
  const expectNext = (fits: (token: string) => boolean): string => {
    const { token, at } = next();
    line = at;
    if (!fits(token) || token === '"') throw new NoJson(at, token);
    return token;
  };
  const value = (pointer: string, token: string): void => {
    lines.set(pointer, line);
    if (token === '{') members('}', (first) => object(pointer, first));
    else if (token === '[') members(']', (first, index) => array(pointer, first, index));
  };
  const members = (end: string, member: (first: string, index: number) => void): void => {
    let token = expectNext((one) => one === end || VALUE.test(one));
    for (let index = 0; token !== end; index += 1) {
      member(token, index);
      if (expectNext((one) => one === end || one === ',') === end) return;
      token = expectNext((one) => VALUE.test(one));
    }
  };
  const object = (pointer: string, key: string): void => {
    if (!key.startsWith('"')) throw new NoJson(line, key);
    const name = key.slice(1, -1).replaceAll('~', '~0').replaceAll('/', '~1');
    const member = `${pointer}/${name}`;
    if (lines.has(member)) duplicateKeys.push({ pointer: member, line });
    expectNext((one) => one === ':');
    value(
      member,
      expectNext((one) => VALUE.test(one)),
    );
  };
  const array = (pointer: string, first: string, index: number): void => value(`${pointer}/${index}`, first);
  value(
    '',
    expectNext((one) => VALUE.test(one)),
  );
  expectNext((one) => one === '');
  const lineOf = (pointer: string): number =>
    lines.get(pointer) ?? (pointer === '' ? firstLine : lineOf(pointer.slice(0, pointer.lastIndexOf('/'))));
  return { lineOf, duplicateKeys };
}

/** Returns one token after the other with its line. The empty token is the end. */
function tokensOf(text: string, firstLine: number): () => { token: string; at: number } {
  const tokens = text.matchAll(TOKEN);
  let at = firstLine;
  let counted = 0;
  return () => {
    const match = tokens.next().value;
    const until = match?.index ?? text.trimEnd().length;
    for (; counted < until; counted += 1) if (text[counted] === '\n') at += 1;
    return { token: match?.[0] ?? '', at };
  };
}
