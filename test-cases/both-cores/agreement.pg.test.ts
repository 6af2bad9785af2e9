import { type AccountGiven, openAccount, seed } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, type BothCores, type CoreAnswer, startBothCores } from '../testing/both-cores.ts';

let cores: BothCores;
beforeAll(async () => {
  cores = await startBothCores();
});
afterAll(() => cores.stop());

type Expected = { gross: string; taxes: string; net: string } | { code: string; reason?: string };

const daysOf = (closing: bigint, daysAgo = 1) => [{ daysAgo, closing }];

/** Amounts that a banker can check by hand, from the sources of the domain's rules. */
const GOLDEN: [string, AccountGiven, Expected][] = [
  [
    'two million at 2 %, one day (published)',
    { balances: daysOf(2_000_000n) },
    { gross: '109', taxes: '10+0+0', net: '99' },
  ],
  [
    'fifty million (published)',
    { balances: daysOf(50_000_000n) },
    { gross: '2739', taxes: '380+30+0', net: '2329' },
  ],
  [
    'a hundred million (published)',
    { balances: daysOf(100_000_000n) },
    { gross: '5479', taxes: '760+70+0', net: '4649' },
  ],
  [
    'exempt',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'exempt' } },
    { gross: '2739', taxes: '0+0+0', net: '2739' },
  ],
  [
    'preferential',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'preferential' } },
    { gross: '2739', taxes: '240+0+10', net: '2489' },
  ],
  [
    'non-resident',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'non-resident' } },
    { gross: '2739', taxes: '540+50+0', net: '2149' },
  ],
  [
    'treaty 10 % with local tax on top',
    {
      balances: daysOf(50_000_000n),
      standing: { taxClass: 'non-resident', treatyRate: '0.1', treatyIncludesLocalTax: false },
    },
    { gross: '2739', taxes: '270+20+0', net: '2449' },
  ],
  [
    'treaty 10 % with local tax inside',
    {
      balances: daysOf(50_000_000n),
      standing: { taxClass: 'non-resident', treatyRate: '0.1', treatyIncludesLocalTax: true },
    },
    { gross: '2739', taxes: '240+20+0', net: '2479' },
  ],
  [
    'unconfirmed',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'unconfirmed' } },
    { gross: '2739', taxes: '1230+120+0', net: '1389' },
  ],
  ['below one won', { balances: daysOf(1_000n) }, { code: 'NOTHING_TO_PAY' }],
  ['opened today', { balances: daysOf(50_000_000n, 0) }, { code: 'NOTHING_TO_PAY' }],
  [
    'seized',
    { balances: daysOf(50_000_000n), standing: { holds: ['seizure'] } },
    { code: 'NOT_ELIGIBLE', reason: 'SEIZED' },
  ],
  [
    'pledged and deceased',
    { balances: daysOf(50_000_000n), standing: { holds: ['pledge'], customerStatus: 'deceased' } },
    { code: 'NOT_ELIGIBLE', reason: 'HOLDER_DECEASED' },
  ],
  [
    'identity theft',
    { balances: daysOf(50_000_000n), standing: { customerStatus: 'identity-theft' } },
    { code: 'NOT_ELIGIBLE', reason: 'HOLDER_COMPROMISED' },
  ],
  [
    'dormant',
    { balances: daysOf(50_000_000n), standing: { accountStatus: 'dormant' } },
    { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT' },
  ],
  [
    'closed',
    { balances: daysOf(50_000_000n), standing: { accountStatus: 'closed' } },
    { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_CLOSED' },
  ],
  [
    'withdrawal stop',
    { balances: daysOf(50_000_000n), standing: { holds: ['withdrawal-stop'] } },
    { code: 'NOT_ELIGIBLE', reason: 'WITHDRAWAL_STOPPED' },
  ],
  [
    'corporation',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'corporation' } },
    { code: 'NOT_ELIGIBLE', reason: 'CORPORATE_NOT_ALLOWED' },
  ],
  [
    'residency unknown',
    { balances: daysOf(50_000_000n), standing: { taxClass: 'unknown' } },
    { code: 'NOT_ELIGIBLE', reason: 'TAX_CLASS_UNKNOWN' },
  ],
];

function answerIn({ body }: CoreAnswer): Expected {
  if (typeof body['code'] === 'string') {
    return { code: body['code'], ...(typeof body['reason'] === 'string' && { reason: body['reason'] }) };
  }
  const { gross, incomeTax, localTax, farmTax, net } = body as Record<string, string>;
  return { gross: gross ?? '', taxes: `${incomeTax}+${localTax}+${farmTax}`, net: net ?? '' };
}

describe('golden cases, rehearsed and paid', () => {
  it.each(GOLDEN)('%s', async (_title, given, expected) => {
    const [one, other] = [await openAccount(cores.db.url(), given), await openAccount(cores.db.url(), given)];
    for (const core of ['new', 'legacy'] as const) {
      expect({ core, answer: answerIn(await cores.rehearse(core, one)) }).toEqual({ core, answer: expected });
    }
    expect(answerIn(await cores.pay('new', one, 'golden-key-new'))).toEqual(expected);
    expect(answerIn(await cores.pay('legacy', other, 'golden-key-old'))).toEqual(expected);
  });
});

describe('on a bank of synthetic customers', () => {
  it('both cores give the same quote and the same rehearsal, field by field', async () => {
    await seed({ databaseUrl: cores.db.url(), accounts: 600 });
    const client = new pg.Client({ connectionString: cores.db.url() });
    await client.connect();
    const { rows } = await client.query<Account & Record<'ledgerSeq' | 'businessDate', string>>(
      `select account_no as "accountNo", customer_id as "customerId", last_seq::text as "ledgerSeq",
              core.business_date()::text as "businessDate" from core.account where account_no like '1002%'`,
    );
    await client.end();
    expect(rows).toHaveLength(600);
    const differing: unknown[] = [];
    const compare = async ({ ledgerSeq, businessDate, ...account }: (typeof rows)[number]) => {
      const basis = { businessDate, ledgerSeq };
      const earlier = { businessDate, ledgerSeq: '1' };
      for (const call of [
        (core: 'new' | 'legacy') => cores.quoteAt(core, account, basis),
        (core: 'new' | 'legacy') => cores.rehearse(core, account, basis, 'memo'),
        (core: 'new' | 'legacy') => cores.quoteAt(core, account, earlier),
      ]) {
        const [ours, theirs] = await Promise.all([call('new'), call('legacy')]);
        if (!sameAnswer(ours, theirs)) differing.push({ ours, theirs });
      }
    };
    const queue = [...rows];
    const worker = async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await compare(next);
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    expect(differing).toEqual([]);
  }, 60_000);
});

/** Compares all fields except title and detail, which each core may word differently. */
function sameAnswer(ours: CoreAnswer, theirs: CoreAnswer): boolean {
  const forMachines = ({ status, body }: CoreAnswer) => {
    const { title: _title, detail: _detail, ...rest } = body;
    return JSON.stringify([
      status,
      Object.keys(rest).toSorted(),
      Object.keys(rest)
        .toSorted()
        .map((key) => rest[key]),
    ]);
  };
  return forMachines(ours) === forMachines(theirs);
}
