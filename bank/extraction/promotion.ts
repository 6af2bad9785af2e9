import { ROUTES, readStratum, STRATUM_HEADER } from '@core-exit/bank-contract';
import { type Json, type Promotion, parse, valueAt } from '@core-exit/comparator';

/** The tax classes of a row. Another class is left out, and the row has no taxes, as in the quote. */
const TAX_CLASSES = ['resident', 'exempt', 'preferential', 'cooperative', 'unconfirmed', 'corporation'];
const ACCOUNT_IN_PATH = /^\/v1\/accounts\/([^/?]+)/;
const RATE_DECIMALS = 9;
const AMOUNTS = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'] as const;

/** Makes a row of the bank's case suite from a stored case: the state of an account, without the account's owner. */
export const promotion: Promotion = {
  path({ path, body }) {
    const accountNo = ACCOUNT_IN_PATH.exec(path)?.[1];
    const query = new URLSearchParams(path.split('?')[1]);
    const parsed = body === null ? null : parse(Buffer.from(body));
    const basis = (name: string) =>
      query.get(name) ?? (parsed?.ok === true ? textAt(parsed.value, `/basis/${name}`) : null);
    const [businessDate, ledgerSeq] = [basis('businessDate'), basis('ledgerSeq')];
    if (accountNo === undefined || businessDate === null || ledgerSeq === null) return null;
    const pinned = new URLSearchParams({ businessDate, ledgerSeq, explain: 'true' });
    return `${ROUTES.quote.replace(':accountNo', accountNo)}?${pinned.toString()}`;
  },
  row(id, answers, expected) {
    const unusable = (['legacy', 'new'] as const).find((core) => answers[core].status !== 200);
    if (unusable !== undefined) return `the ${unusable} core answers ${answers[unusable].status}`;
    const { taxClass = '' } = readStratum(answers.new.headers[STRATUM_HEADER]);
    // No answer contains a treaty rate; `npm run cases -- capture` reads the rate from the ledger.
    if (taxClass === 'non-resident')
      return 'the account may have a treaty rate: make the row with npm run cases -- capture';
    const document = answers.new.json();
    const segments = segmentsOf(document);
    if (segments.length === 0) return 'the new core explains no day, so there is nothing to compute';
    return {
      id: `promoted-${id}`,
      title: `a comparison that was not a match; expects what the ${expected} core answers`,
      source: 'comparator promote',
      given: {
        product: {
          dayCount: textAt(document, '/explanation/dayCount'),
          tiers: textAt(document, '/explanation/tiers'),
          rates: segments.map(({ from, tiers }) => ({ from, tiers })),
        },
        balances: segments.map(({ from, closing }) => ({ from, closing })),
        period: { from: textAt(document, '/period/from'), to: textAt(document, '/period/to') },
        ...(TAX_CLASSES.includes(taxClass) && { taxClass }),
      },
      expect: Object.fromEntries(AMOUNTS.map((name) => [name, textAt(answers[expected].json(), `/${name}`)])),
    };
  },
};

type Segment = { from: string; closing: string; tiers: { upTo: string | null; annualRate: string }[] };

/** The periods of one balance and one rate table, with the tiers that earn. */
function segmentsOf(document: Json | undefined): Segment[] {
  const found = valueAt(document, '/explanation/segments');
  if (!Array.isArray(found)) return [];
  return found.map((segment) => {
    const slices = valueAt(segment, '/slices');
    const earning = Array.isArray(slices) ? slices : [];
    let upTo = 0n;
    const tiers = earning.map((slice, i) => {
      upTo += BigInt(textAt(slice, '/amount') ?? '0');
      const annualRate = decimalOf(textAt(slice, '/annualRate') ?? '0/1');
      return { upTo: i === earning.length - 1 ? null : String(upTo), annualRate };
    });
    return {
      from: textAt(segment, '/from') ?? '',
      closing: textAt(segment, '/balance') ?? '',
      tiers: tiers.length === 0 ? [{ upTo: null, annualRate: '0' }] : tiers,
    };
  });
}

/** A rate in lowest terms as a decimal; every rate has at most nine decimal places. */
function decimalOf(fraction: string): string {
  const [numerator = '0', denominator = '1'] = fraction.split('/');
  const scaled = (BigInt(numerator) * 10n ** BigInt(RATE_DECIMALS)) / BigInt(denominator);
  const digits = String(scaled).padStart(RATE_DECIMALS + 1, '0');
  const decimals = digits.slice(-RATE_DECIMALS).replace(/0+$/, '');
  return digits.slice(0, -RATE_DECIMALS) + (decimals === '' ? '' : `.${decimals}`);
}

function textAt(document: Json | undefined, pointer: string): string | null {
  const value = valueAt(document, pointer);
  return typeof value === 'string' ? value : null;
}
