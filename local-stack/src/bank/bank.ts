import { join } from 'node:path';
import type { Supervisor } from '../processes/supervisor.ts';
import { REPOSITORY } from '../run.ts';
import { type BankAuth, createBankAuth } from './auth.ts';
import { type Channel, startChannel } from './channel.ts';
import { bankContext } from './context.ts';
import { startLedgerStream } from './ledger-stream.ts';
import { startLegacyCore } from './legacy-core.ts';
import { type NewCore, type Release, startNewCore } from './new-core.ts';
import type { Service } from './service.ts';
import type { Surroundings } from './surroundings.ts';
import { startTaxPath } from './tax-path.ts';
import { startWatch } from './watch.ts';

export type BankOptions = {
  /** The stage of the rollout to begin in. */
  stage?: string;
  /** Path of a plan. */
  plan?: string;
  release?: Release;
  logLevel?: string;
  /** Mean of the time the legacy core adds to each answer. */
  legacyLatencyMs?: number;
  /** Default false: the gateway writes its verdicts to the database itself. */
  verdictsByKafka?: boolean;
  /** Told of every service as soon as it is ready. */
  onService?: (service: Service) => void;
};

export type Bank = {
  readonly auth: BankAuth;
  readonly tokens: { service: string; operator: string };
  readonly gatewayUrl: string;
  readonly gatewayAdminUrl: string;
  readonly legacyAdapterUrl: string;
  /** `PUT /behaviour` switches how the legacy core behaves. */
  readonly legacyControlUrl: string;
  readonly newCore: NewCore;
  /** `rollout status`, `advance`, `approve`, `stop`, `set STAGE` .., answered as JSON. */
  readonly rollout: Channel['rollout'];
  /** The environment in which the comparator's commands find this bank; with secrets. */
  readonly comparatorEnv: Readonly<Record<string, string>>;
  /** Every service that was started, by name, for those who want to hurt one. */
  readonly services: ReadonlyMap<string, Service>;
  /** Stops the bank's processes, last started first; what is around them stays. */
  stop(): Promise<void>;
};

/** Every comparison and no customer moved: where a rollout begins. */
export const DEFAULT_STAGE = 'shadow';
/** Asks for fewer comparisons than the real plan, so that the ramp can be walked in minutes. */
const DEFAULT_PLAN = join(REPOSITORY, 'bank', 'extraction', 'plans', 'demo.json');
const FIRST_RELEASE: Release = { version: '1.0.0' };

/** Starts all processes of the bank on a migrated database, each with its own role, in the order of their needs. */
export async function startBank(
  supervisor: Supervisor,
  around: Surroundings,
  options: BankOptions = {},
): Promise<Bank> {
  const { stage = DEFAULT_STAGE, plan = DEFAULT_PLAN, release = FIRST_RELEASE } = options;
  const { logLevel = 'warn', legacyLatencyMs = 0, verdictsByKafka = false, onService = () => {} } = options;
  const auth = await createBankAuth();
  const tokens = {
    service: await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' }),
    operator: await auth.signToken({ sub: 'operator', scope: 'operator' }),
  };
  const bank = bankContext(supervisor, around, auth, { logLevel, onService });
  const [legacy, newCore] = await Promise.all([
    startLegacyCore(bank, legacyLatencyMs),
    startNewCore(bank, release),
    startTaxPath(bank),
    startLedgerStream(bank),
    startWatch(bank),
  ]);
  const channel = await startChannel(bank, {
    legacyUrl: legacy.adapter.url,
    newUrl: newCore.url,
    serviceToken: tokens.service,
    plan,
    stage,
    verdictsByKafka,
  });
  return {
    auth,
    tokens,
    gatewayUrl: channel.gatewayUrl,
    gatewayAdminUrl: channel.adminUrl,
    legacyAdapterUrl: legacy.adapter.url,
    legacyControlUrl: legacy.controlUrl,
    newCore,
    rollout: channel.rollout,
    comparatorEnv: channel.comparatorEnv,
    services: bank.services,
    async stop() {
      for (const service of [...bank.services.values()].reverse()) await service.stop();
    },
  };
}
