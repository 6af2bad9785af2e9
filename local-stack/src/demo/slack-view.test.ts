import { expect, it } from 'vitest';
import type { AlertTotals, GatewayView } from './gateway-view.ts';
import { slackView } from './slack-view.ts';

const alert = (signature: string, firstSentAt: string | null): AlertTotals => ({
  signature,
  parts: {},
  count: 3,
  slackMessages: firstSentAt === null ? 0 : 1,
  firstSeenAt: '2026-11-20T09:00:00Z',
  firstSentAt,
});
const gatewayWith = (...alerts: AlertTotals[]) => ({ alerts: async () => alerts }) as unknown as GatewayView;

it('with a real webhook the time of the first message comes from the gateway', async () => {
  const gateway = gatewayWith(
    alert('early', '2026-11-20T09:00:01Z'),
    alert('waiting', null),
    alert('late', '2026-11-20T09:00:05Z'),
  );
  const slack = slackView(null, gateway);
  const late = Date.parse('2026-11-20T09:00:05Z');
  expect(await slack.firstSince(late - 1)).toMatchObject({ receivedAt: late });
  expect(await slack.firstSince(late + 1)).toBeNull();
});
