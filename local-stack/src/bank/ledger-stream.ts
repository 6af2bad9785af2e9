import type { BankContext } from './context.ts';

/** Starts what drops kept quotes as soon as anybody touches their account. Slots are the server's: each bank names its own. */
export async function startLedgerStream(bank: BankContext): Promise<void> {
  const database = new URL(bank.around.databaseUrl).pathname.slice(1).replaceAll(/[^a-z0-9_]/g, '_');
  await bank.start({
    name: 'ledger-stream',
    program: ['interest-service/src/main.ts', 'ledger-stream'],
    env: {
      ...bank.asRole('ledger_stream'),
      REDIS_URL: bank.around.redisUrl,
      LEDGER_STREAM_SLOT: `quotes_${database}`,
    },
  });
}
