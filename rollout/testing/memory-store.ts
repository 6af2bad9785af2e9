import { createHash } from 'node:crypto';
import { StoreFault } from '../src/faults.ts';
import { nextSince, type Stay } from '../src/plan/stay.ts';
import type {
  Approval,
  ChainLink,
  CurrentStay,
  DecisionRecord,
  RampSnapshot,
  Store,
} from '../src/store/store.ts';

export type MemoryStore = Store & {
  /** Every call of a store that is down throws. */
  setDown(isDown: boolean): void;
  advanceClock(ms: number): void;
  records(): DecisionRecord[];
};

/** A store for tests. It passes the same contract as the store in PostgreSQL (store-contract.ts). */
export function memoryStore(begin = Date.parse('2026-01-02T03:00:00Z')): MemoryStore {
  let clock = begin;
  let current: CurrentStay | null = null;
  let isDown = false;
  const approvals = new Map<string, Approval[]>();
  const records: DecisionRecord[] = [];

  const call = async <T>(result: () => T): Promise<T> => {
    if (isDown) throw new StoreFault('any call', new Error('the store is down'));
    return result();
  };
  const append = (body: object) => appendTo(records, body, new Date(clock).toISOString());

  const { holder, ...leases } = leasesOf(call, () => clock, records);
  return {
    setDown: (down) => {
      isDown = down;
    },
    advanceClock: (ms) => {
      clock += ms;
    },
    records: () => records,
    read: () =>
      call(
        (): RampSnapshot => ({
          current,
          clock: new Date(clock),
          approvals: approvals.get(current?.since ?? '') ?? [],
        }),
      ),
    move: (move) =>
      call(() => {
        const from: Stay | null = current === null ? null : { stage: current.stage, since: current.since };
        const isOther = move.ifStill !== undefined && from?.since !== move.ifStill.since;
        if (isOther || (move.ifHolder !== undefined && holder() !== move.ifHolder)) {
          return { kind: 'overtaken', now: from };
        }
        const stay = { stage: move.to.stage, since: move.since ?? nextSince(from, new Date(clock)) };
        const held = move.held ?? false;
        current = { ...stay, held, enteredClock: new Date(clock), before: from };
        return { kind: 'moved', stay, link: append({ ...move.draft, from, to: stay, held }) };
      }),
    record: (draft) => call(() => append({ ...draft, from: null, to: null })),
    approve: (stay, planHash, draft) =>
      call(() => {
        const given = approvals.get(stay.since) ?? [];
        const { by } = draft;
        const isKnown = given.some((a) => a.planHash === planHash && a.by.toLowerCase() === by.toLowerCase());
        if (isKnown) return null;
        approvals.set(stay.since, [...given, { by, planHash }]);
        return append({ ...draft, from: stay, to: stay });
      }),
    ...leases,
    decisionsAfter: (seq, limit) => call(() => records.filter((r) => r.seq > seq).slice(0, limit)),
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

type Call = <T>(result: () => T) => Promise<T>;

/** The lease of the controller and the reservation of the sender. */
function leasesOf(call: Call, now: () => number, records: readonly DecisionRecord[]) {
  let lease: { holder: string; until: number } | null = null;
  let sending = { seq: 0, sender: '', until: 0 };
  const stored: Pick<Store, 'holdLease' | 'releaseLease' | 'nextUnsent' | 'markSent'> = {
    holdLease: (holder) =>
      call(() => {
        if (lease !== null && lease.holder !== holder && lease.until > now()) return false;
        lease = { holder, until: now() + 3_000 };
        return true;
      }),
    releaseLease: (holder) =>
      call(() => {
        if (lease?.holder === holder) lease = null;
      }),
    nextUnsent: (sender) =>
      call(() => {
        const [due = null] = records.filter(({ seq }) => seq > sending.seq);
        if (due === null || (sending.until > now() && sending.sender !== sender)) return null;
        sending = { ...sending, sender, until: now() + 10_000 };
        return due;
      }),
    markSent: (sender, seq) =>
      call(() => {
        if (sending.sender === sender) sending = { seq: Math.max(seq, sending.seq), sender, until: 0 };
      }),
  };
  return { ...stored, holder: () => lease?.holder };
}
