import { describe, expect, it } from 'vitest';
import type { Anomaly } from './anomalies.ts';
import { AnomalyAlerts } from './anomaly-alerts.ts';

const anomaly = (seq: number, kind: Anomaly['kind'] = 'interest-twice'): Anomaly => ({
  kind,
  accountNo: '100200000001',
  seq: BigInt(seq),
  found: '2 on 2026-03-03',
});
const mask = (accountNo: string) => accountNo.slice(-4).padStart(accountNo.length, '*');

describe('alerts of impossible data', () => {
  it('are sent once each, however often they are found', async () => {
    const alerts = new AnomalyAlerts();
    const sent: string[] = [];
    const sendAlert = async (text: string) => void sent.push(text);
    expect(alerts.take([anomaly(1), anomaly(1)])).toHaveLength(1);
    expect(alerts.take([anomaly(1)])).toEqual([]);
    await alerts.send(sendAlert, mask);
    await alerts.send(sendAlert, mask);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/\*interest-twice\* ×1: .*\(\*{8}0001 entry 1\)/);
    expect(sent[0]).not.toContain('100200000001');
  });

  it('are one message for thousands of anomalies, short enough for Slack', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take(Array.from({ length: 50_000 }, (_, i) => anomaly(i)));
    alerts.take([anomaly(1, 'movement-on-closed')]);
    const sent: string[] = [];
    await alerts.send(async (text) => void sent.push(text), mask);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/×50000/);
    expect(sent[0]?.length).toBeLessThan(3_000);
  });

  it('wait for the next message when they do not arrive, together with newer ones', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take([anomaly(1)]);
    await expect(alerts.send(() => Promise.reject(new Error('Slack is down')), mask)).rejects.toThrow();
    alerts.take([anomaly(2)]);
    const sent: string[] = [];
    await alerts.send(async (text) => void sent.push(text), mask);
    expect(sent[0]).toMatch(/×2/);
  });

  it('that are found while a message is under way are in the next one', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take([anomaly(1)]);
    const sent: string[] = [];
    await alerts.send(async (text) => {
      sent.push(text);
      alerts.take([anomaly(2)]);
    }, mask);
    await alerts.send(async (text) => void sent.push(text), mask);
    expect(sent).toHaveLength(2);
  });
});
