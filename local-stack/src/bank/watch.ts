import type { BankContext } from './context.ts';

/** Starts what looks for impossible data in the ledger, alerts, and seals the days that ended. */
export async function startWatch(bank: BankContext): Promise<void> {
  await bank.start({
    name: 'watch',
    program: ['interest-service/src/main.ts', 'watch'],
    env: { ...bank.asRole('interest_service'), SLACK_WEBHOOK_URL: bank.around.slackWebhookUrl },
  });
}
