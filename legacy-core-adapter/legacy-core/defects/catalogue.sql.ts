/**
 * Known defects of old interest engines. Each defect replaces texts in one stored function of the legacy core. `seenAs` is the
 * field and the class of the difference that a comparison with right amounts must report (`/gross changed other`).
 */
export type Defect = {
  about: string;
  /** The function of schema legacy that the defect changes. */
  in: string;
  edits: readonly (readonly [find: string, put: string])[];
  /** `path kind class` of the first difference. */
  seenAs: string;
  /** Whether a quote shows the defect, or only a payout. */
  seenIn: 'quote' | 'payout';
};

const YEAR_HAS_366 = 'extract(doy from make_date(extract(year from p_dt)::int, 12, 31)) = 366';
const DAY_SUM = `sum(t.annual_rate * d.part * case when p_tmd = 'slice' then least(d.bal, t.hi) - t.lo else d.bal end)`;

export const DEFECTS = {
  'leap-year-366': {
    about: 'a fixed 365-day year is taken as 366 days in leap years',
    in: 'f_day_part',
    edits: [[`return 4392;\n  elsif`, `return case when ${YEAR_HAS_366} then 4380 else 4392 end;\n  elsif`]],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'month-end-lost': {
    about: 'the 31st of a month earns no interest',
    in: 'f_day_part',
    edits: [
      [
        `return 4392;\n  elsif`,
        `return case when extract(day from p_dt) = 31 then 0 else 4392 end;\n  elsif`,
      ],
    ],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'tier-edge-in-upper': {
    about: 'a balance exactly at the edge of a tier counts in the upper tier',
    in: 'f_acrl',
    edits: [
      ['d.bal > t.lo and', 'd.bal >= t.lo and'],
      ['d.bal <= t.hi)', 'd.bal < t.hi)'],
    ],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'tiers-not-sliced': {
    about: 'the rate of the highest tier reached is paid on the whole balance of a sliced product',
    in: 'f_acrl',
    edits: [
      [`case when p_tmd = 'slice' then least(d.bal, t.hi) - t.lo else d.bal end`, 'd.bal'],
      [`(p_tmd = 'slice' or t.hi is null or d.bal <= t.hi)`, '(t.hi is null or d.bal <= t.hi)'],
    ],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'rounded-every-day': {
    about: 'the interest of each day is cut to whole won, and the sum once more',
    in: 'f_acrl',
    edits: [[DAY_SUM, `sum(1603080 * div${DAY_SUM.slice(3, -1)}, 1603080))`]],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'stale-rate': {
    about: 'a rate that changed within the period is noticed only after the next payout',
    in: 'f_days',
    edits: [['max(r.eff) over w', 'min(r.eff) over w']],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'posting-date-for-value-date': {
    about: 'a back-dated movement earns from the day it was posted',
    in: 'f_days',
    edits: [
      ['greatest(value_date, p_fr)', 'greatest(business_date, p_fr)'],
      ['value_date < p_to', 'business_date < p_to'],
    ],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'payout-day-counted': {
    about: 'the day of the payout earns interest already',
    in: 'f_acrl',
    edits: [['legacy.f_days(p_acno, p_prd, p_fr, p_to,', 'legacy.f_days(p_acno, p_prd, p_fr, p_to + 1,']],
    seenAs: '/gross changed other',
    seenIn: 'quote',
  },
  'won-rounded-half-up': {
    about: 'fractions of a won are rounded half up where they are to be cut',
    in: 'f_rnd',
    edits: [
      [
        "if p_mode = 'floor' then\n    return q;",
        "if p_mode = 'floor' then\n    return case when r2 >= p_den then q + 1 else q end;",
      ],
    ],
    seenAs: '/gross changed off-by-one',
    seenIn: 'quote',
  },
  'income-tax-not-cut': {
    about: 'income tax is not cut below ten won',
    in: 'f_tax',
    edits: [['tx.itx := legacy.f_cut10(p_grs * rt.itx_rt);', 'tx.itx := div(p_grs * rt.itx_rt, 1);']],
    seenAs: '/incomeTax rounding cut-at-10',
    seenIn: 'quote',
  },
  'tax-cut-once': {
    about: 'income tax is cut below ten won, local tax of it is not cut again',
    in: 'f_tax',
    edits: [['legacy.f_cut10(tx.itx * rt.ltx_rt)', 'div(tx.itx * rt.ltx_rt, 1)']],
    seenAs: '/localTax rounding cut-at-10',
    seenIn: 'quote',
  },
  'exemption-for-individuals': {
    about: 'the exemption of taxes below 1,000 won, which is for corporations, is given to everyone',
    in: 'f_tax',
    edits: [['if tx.itx < rt.itx_min then', 'if tx.itx < 1000 then']],
    seenAs: '/incomeTax changed other',
    seenIn: 'quote',
  },
  'first-tax-table': {
    about: 'co-operative deposits are taxed by the table of earlier years',
    in: 'f_tax',
    edits: [['order by eff_dt desc limit 1', 'order by eff_dt limit 1']],
    seenAs: '/incomeTax changed other',
    seenIn: 'quote',
  },
  'farm-tax-forgotten': {
    about: 'preferential 9.5 % is withheld as 9 %',
    in: 'f_tax',
    edits: [['tx.ftx := legacy.f_cut10(p_grs * rt.ftx_rt);', 'tx.ftx := 0;']],
    seenAs: '/farmTax changed other',
    seenIn: 'quote',
  },
  'treaty-rate-on-top': {
    about: 'a treaty rate that includes local tax is taken as income tax, and local tax is added',
    in: 'f_tax',
    edits: [['case when p_trt_inc then', 'case when false then']],
    seenAs: '/incomeTax changed other',
    seenIn: 'quote',
  },
  'reasons-mixed-up': {
    about: 'suspended and dormant accounts are refused with each other’s reason',
    in: 'f_elig',
    edits: [
      [
        'select r.rsn_cd from',
        `select case r.rsn_cd when 'E107' then 'E108' when 'E108' then 'E107' else r.rsn_cd end from`,
      ],
    ],
    seenAs: '/refusal/reason changed text',
    seenIn: 'quote',
  },
  'last-reason-first': {
    about: 'of several reasons the last one is answered',
    in: 'f_elig',
    edits: [['order by r.prcd_no', 'order by r.prcd_no desc']],
    seenAs: '/refusal/reason changed text',
    seenIn: 'quote',
  },
  'withdrawal-stop-ignored': {
    about: 'a withdrawal stop does not stop a payout',
    in: 'f_elig',
    edits: [["r.sw_cd = 'W' and p_trm.pays_under_withdrawal_stop", "r.sw_cd = 'W'"]],
    seenAs: '/payable changed boolean',
    seenIn: 'quote',
  },
  'least-amount-refused': {
    about: 'interest of exactly the least amount is not paid',
    in: 'f_rsn',
    edits: [['p_grs < p_min', 'p_grs <= p_min']],
    seenAs: '/payable changed boolean',
    seenIn: 'quote',
  },
  'quote-a-day-too-long': {
    about: 'a quote is valid until the end of tomorrow',
    in: 'dpi1100',
    edits: [['q.exp_dt := legacy.f_ymd(c.bs_dt + 1)', 'q.exp_dt := legacy.f_ymd(c.bs_dt + 2)']],
    seenAs: '/expiresAt time instant',
    seenIn: 'quote',
  },
  'balance-before-tax': {
    about: 'the answer to a payout shows the balance as if no tax had been withheld',
    in: 'f_rcpt_ans',
    edits: [['a.bal_aft := r.balance_after;', 'a.bal_aft := r.balance_after + r.gross - r.net;']],
    seenAs: '/balanceAfter changed other',
    seenIn: 'payout',
  },
} as const satisfies Record<string, Defect>;
export type DefectName = keyof typeof DEFECTS;

export const DEFECT_NAMES = Object.keys(DEFECTS) as DefectName[];

export function isDefect(name: string): name is DefectName {
  return Object.hasOwn(DEFECTS, name);
}
