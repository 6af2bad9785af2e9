import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { Counter, Registry } from 'prom-client';
import type { Batch } from '../store/batch.ts';
import type { Written } from '../store/write-batch.ts';
import { measureEventLoop, measureStore, type StoreSource } from './store-metrics.ts';

const QUESTION_TIMEOUT_MS = 5_000;

export type StoreMetrics = {
  wrote(batch: Batch, written: Written): void;
  text(): Promise<string>;
};

/** What `comparator store` has done since its start, and how far behind it is. */
export function createStoreMetrics(source: StoreSource): StoreMetrics {
  const registry = new Registry();
  const counter = (name: string, help: string) => new Counter({ registers: [registry], name, help });
  measureEventLoop(registry);
  measureStore(registry, source);
  const batches = counter('comparator_store_batches_total', 'Batches of verdicts written to the database.');
  const verdicts = counter('comparator_store_verdicts_total', 'Verdicts in them.');
  const missing = counter(
    'comparator_store_missing_batches_total',
    'Batches that never came: their verdicts are lost.',
  );
  const lost = counter('comparator_store_lost_counts_total', 'Counts that gateways had no memory for.');
  return {
    wrote(batch, written) {
      batches.inc();
      verdicts.inc([...batch.verdicts.values()].reduce((sum, { n }) => sum + n, 0));
      missing.inc(written.missing);
      lost.inc(batch.lost);
    },
    text: () => registry.metrics(),
  };
}

export type StoreServerOptions = { metrics: StoreMetrics; isStored: () => Promise<boolean>; log: Logger };

/** Health and metrics of `comparator store`. Without its database it is not ready: it has nothing else to do. */
export function storeServer({ metrics, isStored, log }: StoreServerOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: QUESTION_TIMEOUT_MS,
  }) as unknown as FastifyInstance;
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    if (await isStored()) return { status: 'ready' };
    return reply.code(503).send({ status: 'the database is away: verdicts wait in Kafka' });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await metrics.text()),
  );
  return app;
}
