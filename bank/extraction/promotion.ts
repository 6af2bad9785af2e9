/** A stored case of interest as a row of the bank's case suite: what an account was, and nothing of whose it is. */
import { type Answer, type Json, type Promotion, parse, valueAt } from '@core-exit/comparator';

/** The tax classes a row knows; a class nobody knows is left out, and nothing is withheld, as in the quote. */
const TAX_CLASSES = ['resident', 'exempt', 'preferential', 'cooperative', 'unconfirmed', 'corporation'];
const RATE_DECIMALS = 9;
const AMOUNTS = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'] as const;

export const promotion: Promotion = {
  path({ path, body }) {
    const [account] = /^\/v1\/accounts\/[^/?]+/.exec(path) ?? [];
    const query = new URLSearchParams(path.split('?')[1]);
    const parsed = body === null ? null : parse(Buffer.from(body));
    const basis = (name: string) =>
      query.get(name) ?? (parsed?.ok === true ? textAt(parsed.value, `/basis/${name}`) : null);
    const [businessDate, ledgerSeq] = [basis('businessDate'), basis('ledgerSeq')];
    if (account === undefined || businessDate === null || ledgerSeq === null) return null;
    return `${account}/interest?${new URLSearchParams({ businessDate, ledgerSeq, explain: 'true' }).toString()}`;
  },
  row(id, answers, expected) {
    const unusable = (['legacy', 'new'] as const).find((core) => answers[core].status !== 200);
    if (unusable !== undefined) return `the ${unusable} core answers ${answers[unusable].status}`;
    const facts = factsOf(answers.new);
    const taxClass = facts.get('taxClass') ?? '';
    // A treaty rate stands in no answer; `npm run cases -- capture` reads it from the ledger.
    if (taxClass === 'non-resident')
      return 'a treaty rate may be on file: npm run cases -- capture makes the given';
    const document = answers.new.json();
    const segments = segmentsOf(document);
    if (segments.length === 0) return 'the new core explains no day of it: there is nothing to compute';
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

function factsOf({ headers }: Answer): Map<string, string> {
  const text = headers['x-stratum'];
  const parts = typeof text === 'string' ? text.split(';') : [];
  return new Map(
    parts.map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name, decodeURIComponent(value)];
    }),
  );
}

type Segment = { from: string; closing: string; tiers: { upTo: string | null; annualRate: string }[] };

/** Days of one balance and one table; of the table the tiers that earn. */
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

/** A rate in lowest terms as a decimal: it came from one of at most nine places. */
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
