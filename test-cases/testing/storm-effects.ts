import type pg from 'pg';
import { capitalisation, corrections, midnight, reverse, type Storm } from './storm.ts';

/** Other moves change the same accounts and run the same batches, so that a try may have no effect. */
const TRIES = 20;

type Effect = {
  /** Statement that counts the effects in the ledger. */
  counted: string;
  tryIt(storm: Storm): Promise<void>;
};

const LAST_STANDING = `
select r.account_no as "accountNo", r.payout_id as "payoutId", (r.period_to - 1)::text as "lastDay"
  from core.interest_payout r
 where not exists (select from core.interest_reversal v where v.payout_id = r.payout_id)
   and not exists (select from core.interest_payout later where later.account_no = r.account_no and later.seq > r.seq)
 order by random() limit 1`;

type Standing = { accountNo: string; payoutId: string; lastDay: string };

const lastStanding = async ({ owner }: Storm): Promise<Standing | undefined> =>
  (await owner.query<Standing>(LAST_STANDING)).rows[0];

const EFFECTS = {
  capitalisation: {
    counted: `select count(*)::int as n from core.interest_payout where channel_key like 'capitalisation/%'`,
    async tryIt(storm) {
      await midnight(storm);
      await capitalisation.join(storm);
    },
  },
  correction: {
    counted: 'select count(*)::int as n from core.interest_correction where seq is not null',
    async tryIt(storm) {
      const paid = await lastStanding(storm);
      if (paid === undefined) return;
      // Large enough for some won of interest in one day.
      const sql = `select core.post_movement($1, 3000000, $2, 'BRANCH', null)`;
      await storm.owner.query(sql, [paid.accountNo, paid.lastDay]);
      await corrections.join(storm);
    },
  },
  reversal: {
    counted: 'select count(*)::int as n from core.interest_reversal',
    async tryIt(storm) {
      const paid = await lastStanding(storm);
      if (paid !== undefined) await reverse(storm, paid);
    },
  },
} satisfies Record<string, Effect>;

type EffectName = keyof typeof EFFECTS;
const NAMES = Object.keys(EFFECTS) as EffectName[];

const count = async (owner: pg.Pool, name: EffectName): Promise<number> =>
  (await owner.query<{ n: number }>(EFFECTS[name].counted)).rows[0]?.n ?? 0;

/** Number of each effect. */
export async function effectsOf(owner: pg.Pool): Promise<Record<EffectName, number>> {
  const counts = await Promise.all(NAMES.map(async (name) => [name, await count(owner, name)] as const));
  return Object.fromEntries(counts) as Record<EffectName, number>;
}

/** Tries each effect until it happened once more. */
export async function takeEffect(storm: Storm): Promise<void> {
  for (const name of NAMES) {
    const before = await count(storm.owner, name);
    for (let tries = 0; (await count(storm.owner, name)) === before; tries += 1) {
      if (tries === TRIES) throw new Error(`${name}: no effect in ${TRIES} tries`);
      await EFFECTS[name].tryIt(storm);
    }
  }
}
