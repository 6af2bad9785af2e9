import { setTimeout as pause } from 'node:timers/promises';

const CLIENTS_A_GATEWAY = 4;
const QUOTE_PAUSE_MS = 5;
const PAYOUT_PAUSE_MS = 50;
/** Customers, so that each gateway decides for many. */
const CUSTOMERS = 50;

export type Load = {
  /** When a gateway last answered from a core, as the customer saw it: later than it was routed, never earlier. */
  lastAnswer(gateway: number, core: 'legacy' | 'new'): number;
  /** Payouts that were answered, and by which core. */
  payouts: Map<string, string>;
  failed: () => number;
  quotes: () => number;
  stop(): Promise<void>;
};

/** Customers at every gateway: most ask for quotes without rest, one a gateway pays and pays. */
export function startLoad(gateways: readonly string[], tokens: readonly string[]): Load {
  const last = gateways.map(() => ({ legacy: 0, new: 0 }));
  const payouts = new Map<string, string>();
  let isOver = false;
  let failed = 0;
  let quotes = 0;
  let number = 0;
  const ask = async (gateway: number, path: string, method: string): Promise<string | null> => {
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
      const core = await ask(gateway, id, isPayer ? 'POST' : 'GET').catch(() => null);
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
