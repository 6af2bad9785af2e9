import { expect, test } from 'vitest';
import { diff } from '../diff/diff.ts';
import type { Difference } from '../diff/difference.ts';
import { stringify } from '../parse/json.ts';
import { parse } from '../parse/parse.ts';
import { compileRules } from '../rules/compiled-rules.ts';
import { compileMask } from './mask.ts';
import { signatureOf } from './signature.ts';

const mask = compileMask({
  '/accountNo': 'account',
  '/net': 'plain',
  '/items/*/amount': 'plain',
  '/memo': 'secret',
});

function masked(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? stringify(mask.value(parsed.value, [])) : 'fault';
}

test('shows the last digits of an account number, and amounts', () => {
  expect(masked('{"accountNo":"110000000012","net":"99","items":[{"amount":1.50}]}')).toBe(
    '{"accountNo":"***0012","net":"99","items":[{"amount":1.50}]}',
  );
});

test('a field that is not declared is hidden, text or number, at any depth', () => {
  expect(masked('{"holder":"홍길동","deep":{"rrn":9001011234567,"known":true,"none":null}}')).toBe(
    '{"holder":"***","deep":{"rrn":"***","known":true,"none":null}}',
  );
});

test('a value as short as its shown part is hidden', () => {
  expect(masked('{"accountNo":"0012"}')).toBe('{"accountNo":"***"}');
});

test('the values of a difference are masked by its path, and so are whole objects', () => {
  const added = { path: '/items/0', generalPath: '/items/*', kind: 'added', class: 'element' } as const;
  const parsed = parse('{"amount":1,"name":"Kim"}');
  const difference = mask.difference({ ...added, ...(parsed.ok ? { right: parsed.value } : {}) });
  expect(difference.right && stringify(difference.right)).toBe('{"amount":1,"name":"***"}');
  const named = {
    path: 'status',
    generalPath: 'status',
    kind: 'changed',
    class: 'a -> b',
    left: 'a',
    right: 'b',
  } as const;
  expect(mask.difference(named)).toEqual(named);
});

test('a signature contains paths and classes, and no values', () => {
  const at = (path: string, generalPath: string, right: string): Difference => ({
    path,
    generalPath,
    kind: 'changed',
    class: 'off-by-one',
    right,
  });
  const named = (differences: Difference[], operation = 'op') =>
    signatureOf(operation, differences, () => []);
  const a = named([at('/l/0/x', '/l/*/x', '1'), at('/n', '/n', '2')]);
  const b = named([at('/n', '/n', '7'), at('/l/4/x', '/l/*/x', '9'), at('/l/5/x', '/l/*/x', '9')]);
  expect(b).toEqual(a);
  expect(a.parts).toEqual(['/l/*/x changed off-by-one', '/n changed off-by-one']);
  expect(named([at('/n', '/n', '2')], 'other').id).not.toBe(named([at('/n', '/n', '2')]).id);
});

test('a number in place of a field`s name is hidden in bodies, paths and signatures', () => {
  const body = masked('{"110000000012":{"net":"99"}}');
  expect(body).toBe('{"***":{"net":"***"}}');
  const path = '/110000000012/net';
  const added: Difference = { path, generalPath: path, kind: 'added', class: 'field' };
  expect(mask.difference(added)).toMatchObject({ path: '/***/net', generalPath: '/***/net' });
  expect(signatureOf('thing.read', [added], () => []).parts).toEqual(['/***/net added field']);
});

test('the value of a header is shown as its field class allows', () => {
  const at = (path: string): Difference => ({
    path,
    generalPath: path,
    kind: 'changed',
    class: 'changed',
    left: 'session-of-hong-0001',
    right: 'session-of-kim-0002',
  });
  expect(mask.difference(at('header:set-cookie'))).toMatchObject({ left: '***', right: '***' });
  expect(mask.difference(at('header:content-type'))).toMatchObject({ left: 'session-of-hong-0001' });
  const declared = compileMask({ 'header:x-account': 'account', 'header:content-type': 'secret' });
  expect(declared.difference(at('header:x-account'))).toMatchObject({ left: '***0001', right: '***0002' });
  expect(declared.difference(at('header:content-type'))).toMatchObject({ left: '***' });
});

test('a person`s name in place of a field`s name is hidden in bodies, paths and signatures', () => {
  expect(masked('{"홍길동":{"net":"1"},"Kim Minsu":{"net":"2"},"12":true}')).toBe(
    '{"***":{"net":"***"},"***-1":{"net":"***"},"***-2":true}',
  );
  const parsed = ['{"l":[{"홍길동":{"net":"1"}}]}', '{"l":[{"홍길동":{"net":"2"}}]}'].map((text) =>
    parse(text),
  );
  const [left, right] = parsed.map((one) => (one.ok ? one.value : null));
  const { found } = diff(left ?? null, right ?? null, compileRules({ rules: [] }, '2026-11-20'));
  expect(found).toMatchObject([{ path: '/l/0/홍길동/net', generalPath: '/l/*/***/net' }]);
  expect(found.map(mask.difference)).toMatchObject([{ path: '/l/0/***/net', generalPath: '/l/*/***/net' }]);
  expect(signatureOf('thing.read', found, () => []).parts).toEqual(['/l/*/***/net changed off-by-one']);
});

test('a key that field classes or rules name is shown, whatever it looks like', () => {
  const nonLatin = compileMask({ '/금액': 'plain' });
  const [left, right] = ['{"금액":"1"}', '{"금액":"2"}']
    .map((text) => parse(text))
    .map((one) => (one.ok ? one.value : null));
  const rules = compileRules({ rules: [], units: { '/금액': '10' } }, '2026-11-20');
  const { found } = diff(left ?? null, right ?? null, rules);
  expect(found.map(nonLatin.difference)).toMatchObject([{ path: '/금액', generalPath: '/금액', left: '1' }]);
});
