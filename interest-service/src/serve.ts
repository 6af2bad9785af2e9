import { randomUUID } from 'node:crypto';
import { callerVerifier, coreServer } from '@core-exit/bank-contract/server';
import { healthServer } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { postgresAudit } from './ledger/access-log.sql.ts';
import { answerFaults, newCore } from './ledger/answer-faults.ts';
import { BankClock } from './ledger/bank-clock.sql.ts';
import { connect } from './ledger/data-source.ts';
import { readTaxRules } from './ledger/tax-rules.ts';
import { payoutFlow } from './payout/payout.ts';
import { postgresLedger } from './payout/postgres-ledger.sql.ts';
import { startSweeper } from './payout/pruner.ts';
import { receiptRoutes } from './payout/receipts.route.ts';
import { receiptFlows } from './payout/receipts.ts';
import { rehearsalFlow } from './payout/rehearsal.ts';
import { quoteDropRoute } from './quote/quote.route.ts';
import { quoteFlow } from './quote/quote.ts';
import { quoteCache, redisClient } from './quote/quote-cache.redis.ts';
import { reversalRoute } from './reversal/reversal.route.ts';
import { postgresReversals } from './reversal/reversal.sql.ts';
import { reversalFlow } from './reversal/reversal.ts';

/** The HTTP service: quote, payout, rehearsal, receipts. */
export async function serve(config: Config, log: Logger): Promise<Part[]> {
  const source = await connect(config.databaseUrl, 'interest-service');
  const clock = new BankClock(source);
  await clock.start((fault) =>
    log.warn({ err: fault }, 'bank clock not read: going on with the last reading'),
  );
  const redis = redisClient(config.redisUrl, log);
  const taxRules = readTaxRules(config.taxRulesFile);
  const cache = quoteCache(redis, `${config.version} ${taxRules.version}`, () => clock.now());
  const ledger = postgresLedger(source);
  const onAuditFault = (fault: unknown) => log.error({ err: fault }, 'audit not written');
  const audit = postgresAudit(source, onAuditFault);
  const dropQuote = (accountNo: string, fromSeq: bigint) => cache.drop(accountNo, fromSeq);
  const onFault = (fault: unknown) => log.warn({ err: fault }, 'ledger fault answered to the caller');
  const core = newCore(
    {
      quote: quoteFlow({ ledger, taxRules, cache, audit }),
      pay: payoutFlow({ ledger, taxRules, dropQuote, audit }),
      rehearse: rehearsalFlow({ ledger, taxRules, audit }),
    },
    async () =>
      await source.query('select 1').then(
        () => true,
        () => false,
      ),
    onFault,
  );
  const app = await coreServer(
    {
      core,
      verify: callerVerifier(config.authJwks),
      logLevel: config.logLevel,
      name: 'interest-service',
      version: config.version,
    },
    (scope) => {
      receiptRoutes(scope, receiptFlows({ ledger, audit }));
      quoteDropRoute(scope, ledger, dropQuote);
      const reversals = postgresReversals(source, onAuditFault);
      const reverse = reversalFlow({ ...reversals, dropQuote, newId: randomUUID });
      reversalRoute(scope, reverse, answerFaults(onFault));
    },
  );
  // Shared port: a new version starts beside the old one and the kernel spreads connections over both.
  const address = { port: config.port, host: config.host, reusePort: true };
  await app.listen(address);
  const parts: Part[] = [
    { name: 'database', close: () => source.destroy() },
    startSweeper(source, log),
    { name: 'redis', close: async () => redis.disconnect() },
    { name: 'bank clock', close: async () => clock.stop() },
    { name: 'http', close: () => app.close() },
  ];
  if (config.healthPort !== null) {
    const health = await healthServer(config.host, config.healthPort, { isReady: core.ready });
    parts.push({ name: 'health', close: health.close });
  }
  return parts;
}
