import { createHash } from 'node:crypto';
import { StoreFault } from '../faults.ts';
import type { Entry } from '../flag-control.ts';
import type { Approval, ChainLink, DecisionRecord, Snapshot, StageInForce, Store } from './store.ts';

export type MemoryStore = Store & {
  away(isAway: boolean): void;
  /** Moves the bank's clock. */
  pass(ms: number): void;
  records(): DecisionRecord[];
};

/** A store for tests, held to the same contract as Postgres (store-contract.ts). */
export function memoryStore(begin = Date.parse('2026-01-02T03:00:00Z')): MemoryStore {
  let clock = begin;
  let inForce: StageInForce | null = null;
  let isAway = false;
  const approvals = new Map<string, Approval[]>();
  const records: DecisionRecord[] = [];

  const ask = async <T>(answer: () => T): Promise<T> => {
    if (isAway) throw new StoreFault('look', new Error('away'));
    return answer();
  };
  const append = (body: object) => appendTo(records, body, new Date(clock).toISOString());

  const { holder, ...rights } = rightsIn(ask, () => clock, records);
  return {
    away: (now) => {
      isAway = now;
    },
    pass: (ms) => {
      clock += ms;
    },
    records: () => records,
    look: () =>
      ask(
        (): Snapshot => ({
          inForce,
          clock: new Date(clock),
          approvals: approvals.get(inForce?.since ?? '') ?? [],
        }),
      ),
    move: (move) =>
      ask(() => {
        const from: Entry | null = inForce === null ? null : { stage: inForce.stage, since: inForce.since };
        const isOther = move.ifStill !== undefined && from?.since !== move.ifStill.since;
        if (isOther || (move.ifHolder !== undefined && holder() !== move.ifHolder)) {
          return { kind: 'overtaken', now: from };
        }
        const later = Math.max(clock, from === null ? 0 : Date.parse(from.since) + 1);
        const entry: Entry = { stage: move.to.stage, since: move.since ?? new Date(later).toISOString() };
        const held = move.held ?? false;
        inForce = { ...entry, held, enteredClock: new Date(clock), before: from };
        return { kind: 'moved', entry, link: append({ ...move.decided, from, to: entry, held }) };
      }),
    record: (decided) => ask(() => append({ ...decided, from: null, to: null })),
    approve: (entry, planHash, decided) =>
      ask(() => {
        const given = approvals.get(entry.since) ?? [];
        const { by } = decided;
        const isKnown = given.some((a) => a.planHash === planHash && a.by.toLowerCase() === by.toLowerCase());
        if (isKnown) return null;
        approvals.set(entry.since, [...given, { by, planHash }]);
        return append({ ...decided, from: entry, to: entry });
      }),
    ...rights,
    decisionsAfter: (seq, limit) => ask(() => records.filter((r) => r.seq > seq).slice(0, limit)),
    close: async () => undefined,
  };
}

function appendTo(records: DecisionRecord[], body: object, at: string): ChainLink {
  const last = records.at(-1);
  const seq = (last?.seq ?? 0) + 1;
  const text = JSON.stringify(body);
  const previousHash = last?.hash ?? '';
  const hash = createHash('sha256').update([previousHash, seq, at, 'test', text].join('\n')).digest('hex');
  records.push({ flag: 'p', seq, at, dbUser: 'test', body: text, previousHash, hash });
  return { seq, hash };
}

type Ask = <T>(answer: () => T) => Promise<T>;

/** Who may act, and who tells. */
function rightsIn(ask: Ask, now: () => number, records: readonly DecisionRecord[]) {
  let lease: { holder: string; until: number } | null = null;
  let telling = { seq: 0, teller: '', until: 0 };
  const stored: Pick<Store, 'holdLease' | 'releaseLease' | 'toTell' | 'told'> = {
    holdLease: (holder) =>
      ask(() => {
        if (lease !== null && lease.holder !== holder && lease.until > now()) return false;
        lease = { holder, until: now() + 3_000 };
        return true;
      }),
    releaseLease: (holder) =>
      ask(() => {
        if (lease?.holder === holder) lease = null;
      }),
    toTell: (teller) =>
      ask(() => {
        const [due = null] = records.filter(({ seq }) => seq > telling.seq);
        if (due === null || (telling.until > now() && telling.teller !== teller)) return null;
        telling = { ...telling, teller, until: now() + 10_000 };
        return due;
      }),
    told: (teller, seq) =>
      ask(() => {
        if (telling.teller === teller) telling = { seq: Math.max(seq, telling.seq), teller, until: 0 };
      }),
  };
  return { ...stored, holder: () => lease?.holder };
}
