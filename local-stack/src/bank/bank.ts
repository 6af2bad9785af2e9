import { join } from 'node:path';
import type { Supervisor } from '../processes/supervisor.ts';
import { REPOSITORY } from '../run.ts';
import { type BankAuth, createBankAuth } from './auth.ts';
import { startLedgerStream, startTaxProcesses, startWatch } from './background-processes.ts';
import { type Channel, startChannel } from './channel.ts';
import { bankContext } from './context.ts';
import type { Infrastructure } from './infrastructure.ts';
import { startLegacyCore } from './legacy-core.ts';
import { type NewCore, type Release, startNewCore } from './new-core.ts';
import type { Service } from './service.ts';

export type BankOptions = {
  /** The first stage of the rollout. */
  stage?: string;
  /** Path of a plan. */
  plan?: string;
  release?: Release;
  logLevel?: string;
  /** Mean of the time that the legacy core adds to each answer. */
  legacyLatencyMs?: number;
  /** Default false: the gateway writes its verdicts to the database itself. */
  verdictsByKafka?: boolean;
  /** Called for each service when it is ready. */
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
  /** `rollout status`, `advance`, `approve`, `stop`, `set STAGE` and so on, with a JSON result. */
  readonly rollout: Channel['rollout'];
  /** Environment of the comparator's commands; with secrets. */
  readonly comparatorEnv: Readonly<Record<string, string>>;
  /** Environment of each process by its name, and of the commands of `comparator` and `rollout`; with secrets. */
  environments(): Record<string, Readonly<Record<string, string>>>;
  /** Each started service by its name, for tests that stop or kill one. */
  readonly services: ReadonlyMap<string, Service>;
  /** Stops the bank's processes, the last started first. The parts go on. */
  stop(): Promise<void>;
};

/** The first stage of a rollout: every request is compared, and no customer is on the new core. */
export const DEFAULT_STAGE = 'shadow';
/** This plan needs fewer comparisons than the real plan, so that a demo passes all stages in minutes. */
const DEFAULT_PLAN = join(REPOSITORY, 'bank', 'extraction', 'plans', 'demo.json');
const FIRST_RELEASE: Release = { version: '1.0.0' };

/** Starts all processes of the bank on a migrated database, each with its own role. */
export async function startBank(
  supervisor: Supervisor,
  infrastructure: Infrastructure,
  options: BankOptions = {},
): Promise<Bank> {
  const { stage = DEFAULT_STAGE, plan = DEFAULT_PLAN, release = FIRST_RELEASE } = options;
  const { logLevel = 'warn', legacyLatencyMs = 0, verdictsByKafka = false, onService = () => {} } = options;
  const auth = await createBankAuth();
  const tokens = {
    service: await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' }),
    operator: await auth.signToken({ sub: 'operator', scope: 'operator' }),
  };
  const bank = bankContext(supervisor, infrastructure, auth, { logLevel, onService });
  const [legacy, newCore] = await Promise.all([
    startLegacyCore(bank, legacyLatencyMs),
    startNewCore(bank, release),
    startTaxProcesses(bank),
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
    environments: () => ({
      comparator: channel.comparatorEnv,
      rollout: channel.rolloutEnv,
      ...Object.fromEntries([...bank.services].map(([name, { env }]) => [name, env])),
    }),
    services: bank.services,
    async stop() {
      for (const service of [...bank.services.values()].reverse()) await service.stop();
    },
  };
}
