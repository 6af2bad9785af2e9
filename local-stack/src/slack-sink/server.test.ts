import { afterEach, describe, expect, it } from 'vitest';
import type { ReceivedMessage } from './message.ts';
import { slackSink } from './server.ts';

const RECEIVED_AT = Date.UTC(2026, 0, 31, 15, 0, 0);
let sink = slackSink(() => RECEIVED_AT);
afterEach(async () => {
  await sink.close();
  sink = slackSink(() => RECEIVED_AT);
});

async function post(payload: object | string) {
  const answer = await sink.inject({
    method: 'POST',
    url: '/services/T1/B1/secret',
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
const accepted = { status: 200, body: 'ok' };
const invalidBlocks = { status: 400, body: 'invalid_blocks' };

describe('the Slack stand-in accepts what Slack accepts', () => {
  const messages: Record<string, object> = {
    'a text': { text: 'difference in localTax' },
    'fifty blocks': { blocks: Array.from({ length: 50 }, () => section('x')) },
    'a section of 3,000 characters': { blocks: [section('x'.repeat(3_000))] },
    'a header of 150 characters': { blocks: [header('x'.repeat(150))] },
    'ten fields': {
      blocks: [
        { type: 'section', fields: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'x' })) },
      ],
    },
    'a button with a link': {
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', text: { type: 'plain_text', text: 'Open case' }, url: 'http://127.0.0.1/1' },
          ],
        },
      ],
    },
    'blocks in a coloured attachment': { attachments: [{ color: '#c0392b', blocks: [section('x')] }] },
    'a divider and a context': {
      blocks: [{ type: 'divider' }, { type: 'context', elements: [{ type: 'mrkdwn', text: 'ramp-10' }] }],
    },
  };
  it.each(Object.entries(messages))('%s', async (_name, message) => {
    expect(await post(message)).toMatchObject(accepted);
  });
});

describe('the Slack stand-in refuses what Slack refuses', () => {
  const messages: Record<string, object> = {
    'fifty-one blocks': { blocks: Array.from({ length: 51 }, () => section('x')) },
    'a section of 3,001 characters': { blocks: [section('x'.repeat(3_001))] },
    'an empty section': { blocks: [{ type: 'section' }] },
    'an empty text': { blocks: [section('')] },
    'a header of 151 characters': { blocks: [header('x'.repeat(151))] },
    'a header in mrkdwn': { blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] },
    'eleven fields': {
      blocks: [
        { type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) },
      ],
    },
    'a field of 2,001 characters': {
      blocks: [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'x'.repeat(2_001) }] }],
    },
    'a block of an unknown type': { blocks: [{ type: 'sektion', text: { type: 'mrkdwn', text: 'x' } }] },
    'a block without a type': { blocks: [{}] },
    'an unknown field in a block': { blocks: [{ ...section('x'), colour: 'red' }] },
    'a bad block in an attachment': { attachments: [{ blocks: [header('x'.repeat(151))] }] },
  };
  it.each(Object.entries(messages))('%s is invalid_blocks', async (_name, message) => {
    expect(await post(message)).toMatchObject(invalidBlocks);
  });

  it('a message without content is no_text', async () => {
    expect(await post({})).toMatchObject({ status: 400, body: 'no_text' });
    expect(await post({ text: '', blocks: [] })).toMatchObject({ status: 400, body: 'no_text' });
  });

  it('a payload that is no JSON object is invalid_payload', async () => {
    for (const payload of ['{', '[]', '"text"', '{"text": 1}', '']) {
      expect(await post(payload)).toMatchObject({ status: 400, body: 'invalid_payload' });
    }
  });

  it('a refused message is not listed with the received ones, but its reason is kept', async () => {
    await post({ blocks: [header('x'.repeat(151))] });
    expect((await sink.inject('/messages')).json()).toEqual([]);
    const [refusal] = (await sink.inject('/refusals')).json() as { because: string }[];
    expect(refusal?.because).toContain('150');
  });
});

describe('the Slack stand-in shows what it received', () => {
  it('as JSON with the time of receipt in milliseconds', async () => {
    await post({ text: 'first' });
    await post({ text: 'second' });
    const messages = (await sink.inject('/messages')).json() as ReceivedMessage[];
    expect(messages.map(({ id, text, receivedAt }) => ({ id, text, receivedAt }))).toEqual([
      { id: 1, text: 'first', receivedAt: RECEIVED_AT },
      { id: 2, text: 'second', receivedAt: RECEIVED_AT },
    ]);
  });

  it('as a page that never runs posted scripts', async () => {
    await post({
      blocks: [
        header('<script>alert(1)</script>'),
        section('*localTax* <https://bank.example/c|case> `a<b`'),
      ],
    });
    const { body, headers } = await sink.inject('/');
    expect(headers['content-type']).toContain('text/html');
    expect(body).not.toContain('<script>');
    expect(body).toContain('&lt;script&gt;');
    expect(body).toContain('<b>localTax</b> <a href="https://bank.example/c">case</a> <code>a&lt;b</code>');
  });

  it('drops the oldest of many messages and still counts them', async () => {
    for (let message = 1; message <= 1_005; message += 1) await post({ text: `alert ${message}` });
    const messages = (await sink.inject('/messages')).json() as ReceivedMessage[];
    expect(messages).toHaveLength(1_000);
    expect(messages[0]?.text).toBe('alert 6');
    expect((await sink.inject('/')).body).toContain('1005 received');
  });
});

describe('the Slack stand-in misbehaves on request', () => {
  const behave = (behaviour: object) =>
    sink.inject({ method: 'POST', url: '/_behaviour', payload: behaviour });

  it('answers 429 with Retry-After as often as configured, then accepts again', async () => {
    expect((await behave({ mode: 'rate-limit', retryAfterSeconds: 2, times: 2 })).statusCode).toBe(204);
    const first = await post({ text: 'x' });
    expect(first).toMatchObject({ status: 429 });
    expect(first.headers['retry-after']).toBe('2');
    expect(await post({ text: 'x' })).toMatchObject({ status: 429 });
    expect(await post({ text: 'x' })).toMatchObject(accepted);
  });

  it('fails with the configured status until it is set to accept', async () => {
    await behave({ mode: 'fail', status: 503 });
    expect(await post({ text: 'x' })).toMatchObject({ status: 503 });
    await behave({ mode: 'accept' });
    expect(await post({ text: 'x' })).toMatchObject(accepted);
  });

  it('sends no answer until the sender gives up', async () => {
    const address = await sink.listen({ port: 0, host: '127.0.0.1' });
    await behave({ mode: 'hang' });
    const answer = fetch(`${address}/services/T1/B1/secret`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"x"}',
      signal: AbortSignal.timeout(200),
    });
    await expect(answer).rejects.toThrow(/abort|timeout/i);
    expect((await sink.inject('/messages')).json()).toEqual([]);
  });

  it('refuses an unknown behaviour', async () => {
    expect((await behave({ mode: 'explode' })).statusCode).toBe(400);
    expect((await behave({ mode: 'rate-limit' })).statusCode).toBe(400);
  });
});
