import type {
  AccountRequest,
  Basis,
  CoreAnswer,
  Quote,
  Rehearsal,
  RehearsalRequest,
} from '@core-exit/bank-contract';
import { newGuid } from '../../telegram/guid.ts';
import type { Layout, Values } from '../../telegram/layout.ts';
import { QUOTE, REHEARSAL } from '../../telegram/messages/index.ts';
import { quoteOf, rehearsalOf } from '../translation/answers.ts';
import { problemOf, unavailable } from '../translation/problems.ts';
import { accountFields, basisFields } from '../translation/requests.ts';
import type { LegacyRequest, Send } from '../transport/legacy-transport.ts';

/** A read takes about 10 ms. After this time the caller gets UNAVAILABLE, which is better than a longer wait. */
const READ_WITHIN_MS = 3_000;

/** The estimate as of now, or as of the basis `at`. No answer is UNAVAILABLE, because a read changes no row. */
export function quote(send: Send, account: AccountRequest, at: Basis | null): Promise<CoreAnswer<Quote>> {
  const body = { ...accountFields(account), ...basisFields(at) };
  const request = { message: QUOTE, body, guid: newGuid(), withinMs: READ_WITHIN_MS };
  return read(send, account, request, (answer) => quoteOf(account.accountNo, answer));
}

/** The payout as it would be at a basis, with no effect. */
export function rehearse(
  send: Send,
  account: AccountRequest,
  { basis, memo }: RehearsalRequest,
): Promise<CoreAnswer<Rehearsal>> {
  const body = { ...accountFields(account), ...basisFields(basis ?? null), MEMO: memo ?? '' };
  const request = { message: REHEARSAL, body, guid: newGuid(), withinMs: READ_WITHIN_MS };
  return read(send, account, request, (answer) => rehearsalOf(account.accountNo, answer));
}

async function read<Q extends Layout, A extends Layout, T>(
  send: Send,
  { traceId }: AccountRequest,
  request: LegacyRequest<Q, A>,
  toContract: (body: Values<A>) => T,
): Promise<CoreAnswer<T>> {
  const exchange = await send(traceId, request);
  if (exchange.kind !== 'answered') return unavailable();
  const { answer } = exchange;
  return answer.done ? { ok: true, body: toContract(answer.body) } : problemOf(answer);
}
