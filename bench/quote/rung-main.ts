import { once } from 'node:events';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import { readRungConfig } from './config.ts';

/**
 * The lower rungs: a Fastify route that answers a constant quote, and one with a single Redis GET. They check no token, write no
 * log and have no schema, so that they show the limit of this Node, Fastify and Redis.
 */
const { port, kind, redisUrl, body } = readRungConfig();

const app = fastify();
const path = '/v1/accounts/:accountNo/interest';
if (kind === 'no-op') {
  app.get(path, async (_request, reply) => reply.type('application/json; charset=utf-8').send(body));
} else {
  const redis = new Redis(redisUrl);
  await once(redis, 'ready');
  app.get<{ Params: { accountNo: string } }>(path, async (request, reply) => {
    const text = await redis.get(`bench:${request.params.accountNo}`);
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
app.get('/health/ready', async () => ({ status: 'ready' }));
await app.listen({ port, host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
