import { readConfig } from '../config.ts';
import { serve } from '../serve.ts';
import { withoutArguments } from './arguments.ts';

const HELP = `The gateway in front of two cores: answers from the primary, sends the shadow's request, compares, stores, alerts.

  comparator serve

Stays up until SIGTERM or SIGINT: then every customer under way gets an answer and the last verdicts are stored.
Environment: PORT ADMIN_PORT OPERATIONS_FILE LEGACY_URL NEW_URL DATABASE_URL UNLEASH_URL UNLEASH_TOKEN SLACK_WEBHOOK_URL
             AUTH_JWKS SERVICE_TOKEN [HOST] [ADMIN_URL] [RUNBOOK_URL] [KEPT_DAYS] [REPLAY_KEY]
             [KAFKA_BROKERS] [KAFKA_PREFIX] [UNLEASH_BACKUP_DIR] [LOG_LEVEL]
Exit: 0 stopped · 3 bad environment or operations file · 4 a fault
`;

/** `comparator serve`. */
export const serveCommand = withoutArguments(HELP, async () => {
  await serve(readConfig());
  return null;
});
