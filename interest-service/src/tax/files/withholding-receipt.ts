/** One document of withholding, as the books have it. Amounts in won, with their sign. */
export type Withheld = {
  /** Year and number of the withholding receipt; null: the legacy core paid, and its receipt counts. */
  receiptNo: string | null;
  kind: 'INTEREST_PAID' | 'REVERSAL' | 'CORRECTION';
  payoutId: string;
  accountNo: string;
  paidOn: string;
  period: { from: string; to: string };
  taxClass: string;
  gross: string;
  incomeTax: string;
  localTax: string;
  farmTax: string;
  net: string;
};

type Amounts = Pick<Withheld, 'gross' | 'incomeTax' | 'localTax' | 'farmTax' | 'net'>;

export type WithholdingReceipt = {
  title: string;
  holder: { name: string; customerId: string };
  year: string | null;
  issuedOn: string;
  items: Withheld[];
  totals: Amounts;
};

export type Holder = { customerId: string; name: string; today: string };

const NAMES: (keyof Amounts)[] = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'];

/** A receipt for the holder: masked numbers, the booked amounts, and their sum. */
export function withholdingReceipt(
  holder: Holder,
  year: string | null,
  items: readonly Withheld[],
): WithholdingReceipt {
  const total = (name: keyof Amounts) => String(items.reduce((sum, item) => sum + BigInt(item[name]), 0n));
  return {
    title: '이자소득 원천징수영수증',
    holder: { name: holder.name, customerId: masked(holder.customerId) },
    year,
    issuedOn: holder.today,
    items: items.map((item) => ({ ...item, accountNo: masked(item.accountNo) })),
    totals: Object.fromEntries(NAMES.map((name) => [name, total(name)])) as Amounts,
  };
}

/** Enough for the holder to recognise the account, too little for other readers. */
const SHOWN_DIGITS = 4;

function masked(number: string): string {
  return number.slice(-SHOWN_DIGITS).padStart(number.length, '*');
}

const KINDS = {
  INTEREST_PAID: '지급',
  REVERSAL: '취소',
  CORRECTION: '정정',
} satisfies Record<Withheld['kind'], string>;

const COLUMNS: [title: string, cell: (item: Withheld) => string, amount: boolean][] = [
  ['영수증 번호', (item) => item.receiptNo ?? '기존 시스템 발급', false],
  ['구분', (item) => KINDS[item.kind], false],
  ['지급일', (item) => item.paidOn, false],
  ['계좌번호', (item) => item.accountNo, false],
  ['이자 계산기간', (item) => `${item.period.from} ~ ${item.period.to} 전일`, false],
  ['과세구분', (item) => item.taxClass, false],
  ['지급액', (item) => won(item.gross), true],
  ['소득세', (item) => won(item.incomeTax), true],
  ['지방소득세', (item) => won(item.localTax), true],
  ['농어촌특별세', (item) => won(item.farmTax), true],
  ['차감지급액', (item) => won(item.net), true],
];

/** A page to print. The browser loads and executes nothing from it, whatever the books contain. */
export function receiptPage(receipt: WithholdingReceipt): string {
  const { title, holder, year, issuedOn, items, totals } = receipt;
  const cell = (tag: 'td' | 'th', text: string, amount: boolean) =>
    `<${tag}${amount ? ' class="amount"' : ''}>${escapeHtml(text)}</${tag}>`;
  const row = (tag: 'td' | 'th', texts: string[]) =>
    `<tr>${texts.map((text, i) => cell(tag, text, COLUMNS[i]?.[2] ?? false)).join('')}</tr>`;
  const firstAmount = COLUMNS.findIndex(([, , amount]) => amount);
  const sums = [
    ...Array<string>(firstAmount - 1).fill(''),
    '합계',
    ...NAMES.map((name) => won(totals[name])),
  ];
  return `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
body { font-family: serif; margin: 2cm; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
td, th { border: 1px solid #333; padding: 4px 6px; text-align: left; }
.amount { text-align: right; white-space: nowrap; }
@media print { body { margin: 0; } @page { size: A4 landscape; margin: 1.5cm; } }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>소득자: ${escapeHtml(holder.name)} (고객번호 ${escapeHtml(holder.customerId)})${
    year === null ? '' : `, 귀속연도: ${escapeHtml(year)}년`
  }</p>
<table>
<thead>${row(
    'th',
    COLUMNS.map(([text]) => text),
  )}</thead>
<tbody>
${items
  .map((item) =>
    row(
      'td',
      COLUMNS.map(([, text]) => text(item)),
    ),
  )
  .join('\n')}
</tbody>
<tfoot>${row('th', sums)}</tfoot>
</table>
<p>위의 원천징수세액(수입금액)을 정히 영수(지급)합니다. 발급일: ${escapeHtml(issuedOn)}</p>
</body>
</html>
`;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function won(amount: string): string {
  return amount.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
