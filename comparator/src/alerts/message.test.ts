import { expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import type { SeenSignature } from '../store/batch.ts';
import type { ClosedState } from '../store/write-batch.sql.ts';
import { alertMessage, digestMessage, RUNBOOK_SECTION } from './message.ts';

const firstSightMessage = (seen: SeenSignature, adminUrl: string) =>
  alertMessage({ kind: 'first-sight', seen }, adminUrl);

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

test('an alert has the differences with both values, stage, count and stratum, and links to the case', () => {
  const message = firstSightMessage(seen(['/net']), 'http://admin');
  const text = JSON.stringify(message);
  for (const part of ['/net', 'off-by-one', '\\"99\\"', '\\"98\\"', 'ramp-10', '3 so far', 'taxes none']) {
    expect(text).toContain(part);
  }
  expect(text).toMatch(/<http:\/\/admin\/comparisons\/case-\d+-\d+\|/);
});

test('a hundred differences with very long values stay within the limits of Block Kit', () => {
  const paths = Array.from({ length: 100 }, (_, i) => `/${'long'.repeat(200)}/${i}`);
  const { blocks } = firstSightMessage(seen(paths, 'x'.repeat(10_000)), 'http://admin');
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks as { text?: { text: string }; fields?: { text: string }[] }[]) {
    expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
    for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
  }
});

test('the answer of a core cannot add links or mentions to a Slack message', () => {
  const text = JSON.stringify(
    firstSightMessage(seen(['/<!channel>'], '"<http://evil|x> `&"'), 'http://admin'),
  );
  expect(text).not.toContain('<!channel>');
  expect(text).not.toContain('<http://evil');
  expect(text).toContain('&lt;!channel&gt;');
});

test('a digest has the count of new cases and the total', () => {
  const digest = {
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
  const message = digestMessage(digest, 'http://admin');
  expect(message.text).toContain('100 more times, 120 in total');
  expect(JSON.stringify(message)).toContain('\\n100 a minute\\n');
  const trend = (rate: number, rateBefore: number) =>
    /\d a minute, (\w+) \(before: (\S+)\)/
      .exec(JSON.stringify(digestMessage({ ...digest, rate, rateBefore }, 'http://admin')))
      ?.slice(1);
  expect(trend(100, 50)).toEqual(['rising', '50']);
  expect(trend(0.4, 2.25)).toEqual(['falling', '2.3']);
  expect(trend(10, 9)).toEqual(['steady', '9.0']);
});

test('every message about a mismatch links to its section of the runbook', () => {
  const was = { state: 'fixed' } as const;
  for (const cause of [
    { kind: 'first-sight', seen: seen(['/net']) },
    { kind: 'reopened', seen: seen(['/net']), was },
    { kind: 'storm', more: 40 },
  ] as const) {
    const link = `<http://admin/runbook#${RUNBOOK_SECTION}|`;
    expect(JSON.stringify(alertMessage(cause, 'http://admin'))).toContain(link);
  }
});

test('the titles of a storm and of a reopened signature name the cause', () => {
  expect(alertMessage({ kind: 'storm', more: 40 }, 'http://admin').text).toContain('40 more kinds');
  const again = (was: ClosedState) =>
    alertMessage({ kind: 'reopened', seen: seen(['/net']), was }, 'http://admin').text;
  expect(again({ state: 'fixed' })).toContain('Seen again after it was marked as fixed');
  const expired = again({ state: 'expected', until: '2026-01-31' });
  expect(expired).toContain('Still seen after 2026-01-31');
  expect(expired).not.toContain('fixed');
});
