import { databaseUrl } from '../parts/postgres.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { BankAuth } from './auth.ts';
import type { BankRole } from './database.ts';
import { type Service, type ServiceSpec, startService } from './service.ts';
import type { Surroundings } from './surroundings.ts';

/** What the starters of the bank's processes share. */
export type BankContext = {
  readonly around: Surroundings;
  readonly auth: BankAuth;
  /** Variables that every process understands. */
  readonly common: Record<string, string>;
  /** The common variables and the database as one of the bank's roles. */
  asRole(role: BankRole): Record<string, string>;
  /** Makes a directory of the run for what a process keeps on disk. */
  directory(name: string): string;
  /** Starts a process, waits until it is ready and tells who wants to know. */
  start(spec: ServiceSpec): Promise<Service>;
  /** All services that were started, in the order they became ready. */
  readonly services: Map<string, Service>;
};

export function bankContext(
  supervisor: Supervisor,
  around: Surroundings,
  auth: BankAuth,
  { logLevel, onService }: { logLevel: string; onService: (service: Service) => void },
): BankContext {
  const common = { LOG_LEVEL: logLevel };
  const services = new Map<string, Service>();
  return {
    around,
    auth,
    common,
    services,
    asRole: (role) => ({ ...common, DATABASE_URL: databaseUrl(around.databaseUrl, { role }) }),
    directory: (name) => supervisor.run.directory(name),
    async start(spec) {
      const service = await startService(supervisor, spec);
      services.set(service.name, service);
      onService(service);
      return service;
    },
  };
}
