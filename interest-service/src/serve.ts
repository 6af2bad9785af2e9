import { randomUUID } from 'node:crypto';
import type { Core } from '@core-exit/bank-contract';
import { callerVerifier, coreServer } from '@core-exit/bank-contract/server';
import { healthServer } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import type { SettingsOf } from './config.ts';
import { postgresAccessLog } from './ledger/access-log.sql.ts';
import { postgresAccounts } from './ledger/account.sql.ts';
import { type AnswerFaults, answerFaults } from './ledger/answer-faults.ts';
import { BankClock } from './ledger/bank-clock.sql.ts';
import { connect } from './ledger/data-source.ts';
import type { OwnAccountDependencies } from './ledger/own-account.ts';
import { isReachable } from './ledger/session.sql.ts';
import { readTaxRules } from './ledger/tax-rules.ts';
import { payoutTransactions } from './payout/payout.sql.ts';
import { type PayoutDependencies, payoutFlow } from './payout/payout.ts';
import { postgresReplies } from './payout/prune.sql.ts';
import { startPruner } from './payout/prune.ts';
import { receiptRoutes } from './payout/receipts.route.ts';
import { postgresReceipts } from './payout/receipts.sql.ts';
import { receiptFlows } from './payout/receipts.ts';
import { rehearsalFlow } from './payout/rehearsal.ts';
import { quoteDropRoute } from './quote/quote.route.ts';
import { type QuoteDependencies, quoteFlow } from './quote/quote.ts';
import { quoteCache, redisClient } from './quote/quote-cache.redis.ts';
import { reversalRoute } from './reversal/reversal.route.ts';
import { postgresReversals } from './reversal/reversal.sql.ts';
import { reversalFlow } from './reversal/reversal.ts';

/** The HTTP service: quote, payout, rehearsal, receipts, reversal. */
export async function serve(settings: SettingsOf<'serve'>, log: Logger): Promise<Part[]> {
  const source = await connect(settings.databaseUrl, 'interest-service');
  const clock = new BankClock(source);
  await clock.start((fault) =>
    log.warn({ err: fault }, 'bank clock not read: the last reading stays in use'),
  );
  const redis = redisClient(settings.redisUrl, log);
  const taxRules = readTaxRules(settings.taxRulesFile);
  const cache = quoteCache(redis, `${settings.version} ${taxRules.version}`, () => clock.now());
  const dropQuote = (accountNo: string, fromSeq: bigint) => cache.drop(accountNo, fromSeq);
  const onLogFault = (fault: unknown) => log.error({ err: fault }, 'access log not written');
  const accounts = postgresAccounts(source);
  const accessLog = postgresAccessLog(source, onLogFault);
  const answering = answerFaults((fault) => log.warn({ err: fault }, 'ledger fault answered to the caller'));
  const core = newCore(source, { accounts, accessLog, taxRules, cache, dropQuote }, answering);
  const app = await coreServer(
    {
      core,
      verify: callerVerifier(settings.authJwks),
      logLevel: settings.logLevel,
      name: 'interest-service',
      version: settings.version,
    },
    (scope) => {
      receiptRoutes(scope, receiptFlows({ accounts, accessLog, receipts: postgresReceipts(source) }));
      quoteDropRoute(scope, accounts, dropQuote);
      const reversals = postgresReversals(source, onLogFault);
      reversalRoute(scope, reversalFlow({ ...reversals, dropQuote, newId: randomUUID }), answering);
    },
  );
  // A shared port: a new version starts beside the old one, and the kernel spreads connections over both.
  const address = { port: settings.port, host: settings.host, reusePort: true };
  await app.listen(address);
  const parts: Part[] = [
    { name: 'database', close: () => source.destroy() },
    startPruner(postgresReplies(source), log),
    { name: 'redis', close: async () => redis.disconnect() },
    { name: 'bank clock', close: async () => clock.stop() },
    { name: 'http', close: () => app.close() },
  ];
  if (settings.healthPort !== null) {
    const health = await healthServer(settings.host, settings.healthPort, { isReady: core.ready });
    parts.push({ name: 'health', close: health.close });
  }
  return parts;
}

type CoreDependencies = OwnAccountDependencies &
  Pick<QuoteDependencies, 'cache'> &
  Pick<PayoutDependencies, 'taxRules' | 'dropQuote'>;

/** The new core behind the contract of both cores. */
export function newCore(source: DataSource, deps: CoreDependencies, answering: AnswerFaults): Core {
  const quote = quoteFlow(deps);
  const pay = payoutFlow({ ...deps, transaction: payoutTransactions(source) });
  const rehearse = rehearsalFlow(deps);
  return {
    quote: (request, at, explain) => answering(quote(request, at, explain)),
    pay: (request, idempotencyKey, body) => answering(pay(request, idempotencyKey, body)),
    rehearse: (request, body) => answering(rehearse(request, body)),
    ready: () => isReachable(source),
  };
}
