import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { readServiceToken } from '../config.ts';
import { compileOperation } from '../gateway/compiled-operation.ts';
import { coreClient } from '../gateway/core-client.ts';
import { loadOperations } from '../load-operations.ts';
import { compareOne } from '../sweep/compare-one.ts';
import { type Ids, sizeOf } from '../sweep/ids.ts';
import { progressBar } from '../sweep/progress.ts';
import { reportHtml, reportText, type SweepReport } from '../sweep/report.ts';
import { sweep } from '../sweep/sweep.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';

const HELP = `Compares both cores for every account of a range, and reports: the nightly bulk check.

  comparator sweep --operations FILE --operation NAME --legacy URL --new URL
                   (--from NUMBER --to NUMBER | --ids FILE) [--business-date YYYY-MM-DD] [--concurrency 32]
                   [--state FILE] [--report FILE].. [--json]

--operation: one that reads (GET). The legacy core answers first; the request to the new core is pinned to the state of that answer
--business-date: the date that all answers must have (default: the date of the first answer). A state of a past date needs the
account's position at that date, so answers after midnight have the next date and count as raced
--state: progress of the sweep; after a stop or a kill the same command continues there
--report: .html (with charts), .json or .txt; standard output gets the text as well, with --json as JSON
Environment: SERVICE_TOKEN. Exit: 0 no mismatch · 1 mismatches · 2 stopped before the end, or an answer is missing
3 bad arguments · 4 a fault
`;

const OPTIONS = {
  operations: { type: 'string' },
  operation: { type: 'string' },
  legacy: { type: 'string' },
  new: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  ids: { type: 'string' },
  'business-date': { type: 'string' },
  concurrency: { type: 'string' },
  state: { type: 'string' },
  report: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
const DEFAULT_CONCURRENCY = 32;
const MAX_CONCURRENCY = 128;

/** `comparator sweep`. */
export async function sweepCommand(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, { options: OPTIONS });
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const given = check(values);
  const service = await loadOperations(given.operations, new Date());
  const operation = service.operations.find(
    ({ name, method }) => name === given.operation && method === 'GET',
  );
  if (operation === undefined) {
    const known = service.operations.filter(({ method }) => method === 'GET').map(({ name }) => name);
    throw badCommandLine(`--operation must be one of ${known.join(', ')}`);
  }
  const cores = { legacy: coreClient(given.legacy), new: coreClient(given.new) };
  const compiled = compileOperation(operation, new Date());
  const onFault = firstFaultPrinter();
  const parts = {
    service,
    compiled,
    cores,
    serviceToken: readServiceToken(),
    now: () => new Date(),
    onFault,
  };
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  let bar: ReturnType<typeof progressBar> | null = null;
  try {
    const { totals, isWhole } = await sweep({
      ids: given.ids,
      fingerprint: fingerprintOf(given),
      businessDate: given.businessDate,
      stateFile: given.state,
      concurrency: given.concurrency,
      compare: (id) => compareOne(parts, id),
      signal: stopping.signal,
      onProgress(before, chunk) {
        bar ??= progressBar(process.stderr, sizeOf(given.ids), before.asked);
        const wrong = before.verdicts.mismatch + chunk.verdicts.mismatch;
        bar.show(before.asked + chunk.asked, `${wrong} mismatches`);
      },
    });
    (bar as { end(): void } | null)?.end();
    const at = new Date().toISOString();
    const report: SweepReport = {
      ...totals,
      service: service.service,
      operation: operation.name,
      isWhole,
      at,
    };
    for (const file of values.report ?? []) writeFileSync(file, textFor(file, report));
    process.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
    return exitOf(report);
  } finally {
    await Promise.all([cores.legacy.close(), cores.new.close()]);
  }
}

/** A sweep with a given date is another sweep. Without a date the text is that of older releases, whose state files stay usable. */
function fingerprintOf({ operation, legacy, new: fresh, ids, businessDate }: Given): string {
  const same = [operation, legacy, fresh, ids];
  return JSON.stringify(businessDate === null ? same : [...same, businessDate]);
}

/** Prints the first fault only, because one defect of the operations file fails at many ids; the totals have their number. */
function firstFaultPrinter(): (error: unknown) => void {
  let isPrinted = false;
  return (error) => {
    if (isPrinted) return;
    isPrinted = true;
    process.stderr.write(
      `the operations file failed and its ids count as dropped: correct the operations file\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
  };
}

const COMPARED = ['match', 'mismatch', 'explained'] as const;

function exitOf({ verdicts, asked, isWhole }: SweepReport): number {
  if (verdicts.mismatch > 0) return EXIT.found;
  const compared = COMPARED.reduce((sum, verdict) => sum + verdicts[verdict], 0);
  return isWhole && compared === asked ? EXIT.done : EXIT.incomplete;
}

function textFor(file: string, report: SweepReport): string {
  if (file.endsWith('.html')) return reportHtml(report);
  return file.endsWith('.json') ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`;
}

type Values = ReturnType<typeof parseCommandLine<{ options: typeof OPTIONS }>>['values'];
type Given = ReturnType<typeof check>;

function check(values: Values) {
  const found: string[] = [];
  const { operations, operation, legacy = '', from, to, ids, state, report = [] } = values;
  if (operations === undefined) found.push('--operations FILE is needed');
  if (operation === undefined) found.push('--operation NAME is needed');
  for (const [name, url] of [
    ['legacy', legacy],
    ['new', values.new ?? ''],
  ] as const) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) found.push(`--${name} URL is needed`);
  }
  const isRange = /^\d{1,30}$/.test(from ?? '') && /^\d{1,30}$/.test(to ?? '');
  if (isRange === (ids !== undefined))
    found.push('either --from and --to as whole numbers, or --ids FILE, is needed');
  if (isRange && BigInt(from ?? 0) > BigInt(to ?? 0)) found.push('--from is above --to');
  const businessDate = values['business-date'] ?? null;
  if (businessDate !== null && !(/^\d{4}-\d{2}-\d{2}$/.test(businessDate) && Date.parse(businessDate) > 0))
    found.push('--business-date must be YYYY-MM-DD');
  const concurrency = Number(values.concurrency ?? DEFAULT_CONCURRENCY);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    found.push(`--concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}`);
  }
  if (report.some((file) => !/\.(html|json|txt)$/.test(file)))
    found.push('--report must end in .html, .json or .txt');
  if (found.length > 0) throw badCommandLine(...found);
  const source: Ids =
    ids === undefined
      ? { kind: 'range', from: from ?? '', to: to ?? '' }
      : { kind: 'file', path: resolve(ids) };
  return {
    operations: resolve(operations ?? ''),
    operation: operation ?? '',
    legacy,
    new: values.new ?? '',
    ids: source,
    businessDate,
    concurrency,
    state: state === undefined ? null : resolve(state),
  };
}
