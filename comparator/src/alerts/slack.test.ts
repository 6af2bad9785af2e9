import { afterEach, expect, test } from 'vitest';
import { FAULTS, json, type Upstream, upstream } from '../../testing/upstream.ts';
import { retryAfter, slackWebhook } from './slack.ts';

let slack: Upstream;
afterEach(() => slack.close());

const send = async () => slackWebhook(`${slack.url}/services/T/B/x`)({ text: 'hello', blocks: [] });

test('a message that Slack accepts is sent', async () => {
  slack = await upstream(json(200, 'ok', 'text/plain'));
  expect(await send()).toEqual({ kind: 'sent' });
  expect(JSON.parse(slack.received[0]?.body ?? '')).toEqual({ text: 'hello', blocks: [] });
});

test('Retry-After of a 429 is returned, although the error of the package has no headers', async () => {
  slack = await upstream((response) => response.writeHead(429, { 'retry-after': '7' }).end());
  expect(await send()).toMatchObject({ kind: 'failed', retryAfterMs: 7_000 });
});

test.each(['resetting', 'answering 500'] as const)(
  'Slack %s is a returned failure, not an exception',
  async (fault) => {
    slack = await upstream(FAULTS[fault]);
    expect(await send()).toMatchObject({ kind: 'failed', retryAfterMs: null });
    expect(slack.received).toHaveLength(1);
  },
);

test.each([
  ['3', 3_000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
  ['99999999', 600_000],
  ['soon', null],
  [null, null],
])('Retry-After %s means %s ms', (header, ms) => expect(retryAfter(header, 0)).toBe(ms));
