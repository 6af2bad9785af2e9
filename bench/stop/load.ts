import { setTimeout as pause } from 'node:timers/promises';

const CLIENTS_A_GATEWAY = 4;
const QUOTE_PAUSE_MS = 5;
const PAYOUT_PAUSE_MS = 50;
/** Several customers, so that each gateway makes many decisions. */
const CUSTOMERS = 50;

export type Load = {
  /** When a customer last got an answer of a core from a gateway; the request was routed before that time. */
  lastAnswer(gateway: number, core: 'legacy' | 'new'): number;
  /** Answered payouts, with the core that answered. */
  payouts: Map<string, string>;
  failed: () => number;
  quotes: () => number;
  stop(): Promise<void>;
};

/** Customers at each gateway: most send quotes all the time, and one per gateway sends payouts all the time. */
export function startLoad(gateways: readonly string[], tokens: readonly string[]): Load {
  const last = gateways.map(() => ({ legacy: 0, new: 0 }));
  const payouts = new Map<string, string>();
  let isOver = false;
  let failed = 0;
  let quotes = 0;
  let number = 0;
  const request = async (gateway: number, path: string, method: string): Promise<string | null> => {
    number += 1;
    const authorization = `Bearer ${tokens[number % tokens.length] ?? ''}`;
    const answer = await fetch(`${gateways[gateway] ?? ''}${path}`, { method, headers: { authorization } });
    await answer.arrayBuffer();
    const core = answer.headers.get('x-core');
    const seen = last[gateway];
    if (seen !== undefined && method === 'GET' && (core === 'legacy' || core === 'new'))
      seen[core] = performance.now();
    return answer.ok ? core : null;
  };
  const client = async (gateway: number, isPayer: boolean): Promise<void> => {
    while (!isOver) {
      const id = `/${isPayer ? 'payouts' : 'quotes'}/${gateway}-${number}`;
      const core = await request(gateway, id, isPayer ? 'POST' : 'GET').catch(() => null);
      if (core === null) failed += 1;
      else if (isPayer) payouts.set(id, core);
      else quotes += 1;
      await pause(isPayer ? PAYOUT_PAUSE_MS : QUOTE_PAUSE_MS);
    }
  };
  const running = gateways.flatMap((_url, g) =>
    Array.from({ length: CLIENTS_A_GATEWAY }, (_, i) => client(g, i === 0)),
  );
  return {
    lastAnswer: (gateway, core) => last[gateway]?.[core] ?? 0,
    payouts,
    failed: () => failed,
    quotes: () => quotes,
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

export function customers(): string[] {
  return Array.from({ length: CUSTOMERS }, (_, i) => `C${String(i).padStart(9, '0')}`);
}
