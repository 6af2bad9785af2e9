import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';
import { type ChainFinding, verifyChain } from '../store/chain.ts';
import type { ChainLink, DecisionRecord, Store } from '../store/store.ts';
import type { Outcome } from './outcome.ts';

const PAGE = 500;

/** All decision records, oldest first; reads one page at a time. */
export async function* allDecisions(store: Store): AsyncGenerator<DecisionRecord> {
  for (let seq = 0; ; ) {
    const page = await store.decisionsAfter(seq, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    seq = page.at(-1)?.seq ?? seq;
  }
}

type Body = {
  action: string;
  by: string;
  because: string;
  from: { stage: string } | null;
  to: { stage: string } | null;
};

/** The last decisions, one line each. */
export async function showDecisions(store: Store, limit: number): Promise<Outcome> {
  const last: DecisionRecord[] = [];
  for await (const record of allDecisions(store)) {
    last.push(record);
    if (last.length > limit) last.shift();
  }
  const lines = last.map(({ seq, at, body, hash }) => {
    const { action, by, because, from, to } = JSON.parse(body) as Body;
    const move = to === null ? '' : ` ${from?.stage ?? 'not started'} -> ${to.stage}`;
    return `${seq} ${at} ${hash.slice(0, 12)} ${action}${move} by ${by}: ${because}`;
  });
  const records = last.map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) as unknown }));
  const text = lines.join('\n') || 'no decisions yet';
  return { exit: EXIT.done, text, json: { command: 'decisions', records } };
}

/** Checks the chain of the database, or of an export. */
export async function verify(
  records: AsyncIterable<DecisionRecord>,
  expected: ChainLink | null,
): Promise<Outcome> {
  const finding: ChainFinding = await verifyChain(records, expected);
  const json = { command: 'verify', ...finding };
  if (finding.kind === 'broken') {
    return { exit: EXIT.found, text: `BROKEN at record ${finding.atSeq}: ${finding.why}`, json };
  }
  const { head, records: count } = finding;
  const text = `whole: ${count} records${head === null ? '' : `, the last is ${head.seq}:${head.hash}`}`;
  return { exit: EXIT.done, text, json };
}

/** Reads an export with one JSON record per line. Throws {@link BadInput} with the number of a line that is not valid. */
export async function* exportedDecisions(path: string): AsyncGenerator<DecisionRecord> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      line += 1;
      if (text !== '') yield JSON.parse(text) as DecisionRecord;
    }
  } catch (error) {
    throw new BadInput(`export ${path}`, [`line ${line}: ${(error as Error).message}`]);
  }
}
