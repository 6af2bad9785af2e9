import { expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import type { SeenSignature } from '../store/batch.ts';
import type { Closed } from '../store/write-batch.ts';
import { digestMessage, newsMessage, RUNBOOK_SECTION } from './message.ts';

const firstSightMessage = (seen: SeenSignature, adminUrl: string) =>
  newsMessage({ kind: 'first-sight', seen }, adminUrl);

function seen(paths: string[], value = '"98"'): SeenSignature {
  const first = observation({ verdict: 'mismatch', paths, stratum: { taxes: 'none' } });
  const record = first.record as NonNullable<typeof first.record>;
  const differences = record.differences.map((d) => ({ ...d, right: value }));
  const signature = record.signature as NonNullable<typeof record.signature>;
  return {
    signature,
    n: 3,
    first: { observation: first, record: { ...record, differences } },
    lastAt: first.at,
  };
}

test('says what differs and how, both values, stage, count and stratum, and links to the case', () => {
  const message = firstSightMessage(seen(['/net']), 'http://admin');
  const text = JSON.stringify(message);
  for (const part of ['/net', 'off-by-one', '\\"99\\"', '\\"98\\"', 'ramp-10', '3 so far', 'taxes none']) {
    expect(text).toContain(part);
  }
  expect(text).toMatch(/<http:\/\/admin\/comparisons\/case-\d+-\d+\|/);
});

test('a hundred differences with endless values stay within the limits of Block Kit', () => {
  const paths = Array.from({ length: 100 }, (_, i) => `/${'long'.repeat(200)}/${i}`);
  const { blocks } = firstSightMessage(seen(paths, 'x'.repeat(10_000)), 'http://admin');
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks as { text?: { text: string }; fields?: { text: string }[] }[]) {
    expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
    for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
  }
});

test('what a core answers cannot write links or mentions into Slack', () => {
  const text = JSON.stringify(
    firstSightMessage(seen(['/<!channel>'], '"<http://evil|x> `&"'), 'http://admin'),
  );
  expect(text).not.toContain('<!channel>');
  expect(text).not.toContain('<http://evil');
  expect(text).toContain('&lt;!channel&gt;');
});

test('a digest says how many more, and how many in all', () => {
  const facts = {
    signature: 'abc',
    operation: 'thing.read',
    parts: ['/net changed off-by-one'],
    count: 120,
    more: 100,
    rate: 100,
    rateBefore: null,
    lastSeenAt: new Date(0),
    comparison: 'case-1',
  };
  const told = digestMessage(facts, 'http://admin');
  expect(told.text).toContain('100 times more, 120 in all');
  expect(JSON.stringify(told)).toContain('\\n100 a minute\\n');
  const trend = (rate: number, rateBefore: number) =>
    /\d a minute, (\w+) \(before: (\S+)\)/
      .exec(JSON.stringify(digestMessage({ ...facts, rate, rateBefore }, 'http://admin')))
      ?.slice(1);
  expect(trend(100, 50)).toEqual(['rising', '50']);
  expect(trend(0.4, 2.25)).toEqual(['falling', '2.3']);
  expect(trend(10, 9)).toEqual(['steady', '9.0']);
});

test('every message about a mismatch leads to the section of the runbook that says what to do', () => {
  const was = { state: 'fixed' } as const;
  for (const news of [
    { kind: 'first-sight', seen: seen(['/net']) },
    { kind: 'reopened', seen: seen(['/net']), was },
    { kind: 'storm', more: 40 },
  ] as const) {
    const link = `<http://admin/runbook#${RUNBOOK_SECTION}|`;
    expect(JSON.stringify(newsMessage(news, 'http://admin'))).toContain(link);
  }
});

test('a storm and a signature that is back say what they are', () => {
  expect(newsMessage({ kind: 'storm', more: 40 }, 'http://admin').text).toContain('40 more kinds');
  const again = (was: Closed) =>
    newsMessage({ kind: 'reopened', seen: seen(['/net']), was }, 'http://admin').text;
  expect(again({ state: 'fixed' })).toContain('Seen again though said to be fixed');
  const expired = again({ state: 'expected', until: '2026-01-31' });
  expect(expired).toContain('expected only up to 2026-01-31');
  expect(expired).not.toContain('fixed');
});
