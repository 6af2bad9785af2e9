import { expect, test } from 'vitest';
import { answerHeaders, headerMap, requestHeaders } from './headers.ts';

/** Headers as a person writes them. */
const raw = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .flatMap((line) => line.trim().split(': '));

test('a request loses the headers of its connection and keeps order, spelling and repeats of the others', () => {
  const came = raw(`
    Host: gateway
    Authorization: Bearer x
    X-Twice: 1
    Connection: close, X-Hop
    X-Hop: 1
    Transfer-Encoding: chunked
    Accept-Encoding: gzip
    Traceparent: old
    x-twice: 2
    TE: trailers
    Content-Length: 5
    On-Behalf-Of: C000000001
    Expect: 100-continue`);
  const goes = raw(`
    Authorization: Bearer x
    X-Twice: 1
    Accept-Encoding: gzip
    x-twice: 2
    traceparent: new`);
  expect(requestHeaders(came, ['on-behalf-of'], 'new')).toEqual(goes);
});

test('an answer keeps its own headers and its length, and loses the headers of its connection and of the cores', () => {
  const came = [
    'Content-Type',
    'a/b',
    'Connection',
    'keep-alive',
    'Keep-Alive',
    'timeout=5',
    'Content-Length',
    '999',
    'X-Stratum',
    '{}',
  ];
  expect(answerHeaders(came, ['x-stratum'])).toEqual(['Content-Type', 'a/b', 'Content-Length', '999']);
});

test('repeated headers are joined, and no name is special', () => {
  expect(headerMap(['A', '1', 'a', '2'])['a']).toBe('1, 2');
  expect(headerMap(['__proto__', 'x'])['__proto__']).toBe('x');
});
