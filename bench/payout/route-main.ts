import { readFileSync } from 'node:fs';
import { connect } from '@core-exit/interest-service/payout-path';
import fastify from 'fastify';
import { payByDriver } from './by-driver.ts';

/** Two bare Fastify servers: the route of one does nothing, that of the other pays with the driver alone. No token is checked. */
const [kind = '', port = '0', url = '', accountsFile = ''] = process.argv.slice(2);
const app = fastify();
app.get('/health/ready', async () => ({ status: 'ready' }));
if (kind === 'no-op') {
  app.post('/v1/accounts/:accountNo/interest-payouts', async (_request, reply) =>
    reply.code(201).send({ ok: true }),
  );
} else {
  const source = await connect(url, 'bench-route');
  const customers = new Map(
    readFileSync(accountsFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, 12), line.slice(line.lastIndexOf(' ') + 1)]),
  );
  app.post<{ Params: { accountNo: string } }>(
    '/v1/accounts/:accountNo/interest-payouts',
    async (request, reply) => {
      const { accountNo } = request.params;
      const key = String(request.headers['idempotency-key']);
      const customerId = customers.get(accountNo) ?? '';
      return reply
        .code(201)
        .send({ balanceAfter: await payByDriver(source, { accountNo, customerId, key }) });
    },
  );
}
await app.listen({ port: Number(port), host: '127.0.0.1' });
