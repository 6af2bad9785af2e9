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
  it('are told once each, however often they are seen', async () => {
    const alerts = new AnomalyAlerts();
    const told: string[] = [];
    const tell = async (text: string) => void told.push(text);
    expect(alerts.take([anomaly(1), anomaly(1)])).toHaveLength(1);
    expect(alerts.take([anomaly(1)])).toEqual([]);
    await alerts.send(tell, mask);
    await alerts.send(tell, mask);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/\*interest-twice\* ×1: .*\(\*{8}0001 entry 1\)/);
    expect(told[0]).not.toContain('100200000001');
  });

  it('are one message in a storm, short enough for Slack', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take(Array.from({ length: 50_000 }, (_, i) => anomaly(i)));
    alerts.take([anomaly(1, 'movement-on-closed')]);
    const told: string[] = [];
    await alerts.send(async (text) => void told.push(text), mask);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/×50000/);
    expect(told[0]?.length).toBeLessThan(3_000);
  });

  it('wait for the next try when they do not arrive, with what came meanwhile', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take([anomaly(1)]);
    await expect(alerts.send(() => Promise.reject(new Error('Slack is down')), mask)).rejects.toThrow();
    alerts.take([anomaly(2)]);
    const told: string[] = [];
    await alerts.send(async (text) => void told.push(text), mask);
    expect(told[0]).toMatch(/×2/);
  });

  it('that come while a message is on its way are not lost with it', async () => {
    const alerts = new AnomalyAlerts();
    alerts.take([anomaly(1)]);
    const told: string[] = [];
    await alerts.send(async (text) => {
      told.push(text);
      alerts.take([anomaly(2)]);
    }, mask);
    await alerts.send(async (text) => void told.push(text), mask);
    expect(told).toHaveLength(2);
  });
});
