/** Headers of one connection, not of the message (RFC 9110 section 7.6.1), and headers that undici sets itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The gateway sets these headers anew for the other connection. */
const NOT_FORWARDED: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'traceparent']);

/** The end-to-end headers of a customer's request, in their order and spelling and as often as they came. */
export function requestHeaders(
  raw: readonly string[],
  internal: readonly string[],
  traceparent: string,
): string[] {
  const named = namedByConnection(raw);
  const kept = filter(
    raw,
    (name) => !(NOT_FORWARDED.has(name) || internal.includes(name) || named.has(name)),
  );
  kept.push('traceparent', traceparent);
  return kept;
}

/** The end-to-end headers of an answer. The length stays, because the body passes as it is, and a HEAD or 304 has a length too. */
export function answerHeaders(raw: readonly string[], internal: readonly string[]): string[] {
  const named = namedByConnection(raw);
  return filter(raw, (name) => !named.has(name) && !internal.includes(name));
}

/** The headers of a request that the gateway sends to a core on its own account. */
export function coreHeaders(
  credentials: Readonly<Record<string, string>>,
  traceparent: string,
  hasBody: boolean,
): string[] {
  const headers = [...Object.entries(credentials).flat(), 'traceparent', traceparent];
  headers.push('accept', 'application/json');
  if (hasBody) headers.push('content-type', 'application/json');
  return headers;
}

function filter(raw: readonly string[], isKept: (lowerCaseName: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] as string, raw[i + 1] as string];
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && isKept(lower)) kept.push(name, value);
  }
  return kept;
}

/** `Connection: x-secret` makes X-Secret a header of this connection only. */
function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if ((raw[i] as string).toLowerCase() !== 'connection') continue;
    for (const name of (raw[i + 1] as string).split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

/** Names in lower case, several values joined as HTTP joins them. */
export function headerMap(raw: readonly string[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    map[name] = map[name] === undefined ? value : `${map[name]}, ${value}`;
  }
  return map;
}
