import { databaseUrl } from '../parts/postgres.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { BankAuth } from './auth.ts';
import type { BankRole } from './database.ts';
import type { Infrastructure } from './infrastructure.ts';
import { type Service, type ServiceSpec, startService } from './service.ts';

/** What the starts of the bank's processes share. */
export type BankContext = {
  readonly infrastructure: Infrastructure;
  readonly auth: BankAuth;
  /** Variables that every process reads. */
  readonly common: Record<string, string>;
  /** The common variables and the database address of one of the bank's roles. */
  asRole(role: BankRole): Record<string, string>;
  /** Makes a directory of the run for the files of a process. */
  directory(name: string): string;
  /** Starts a process, waits until it is ready, and calls `onService`. */
  start(spec: ServiceSpec): Promise<Service>;
  /** All started services, in the order in which they became ready. */
  readonly services: Map<string, Service>;
};

export function bankContext(
  supervisor: Supervisor,
  infrastructure: Infrastructure,
  auth: BankAuth,
  { logLevel, onService }: { logLevel: string; onService: (service: Service) => void },
): BankContext {
  const common = { LOG_LEVEL: logLevel };
  const services = new Map<string, Service>();
  return {
    infrastructure,
    auth,
    common,
    services,
    asRole: (role) => ({ ...common, DATABASE_URL: databaseUrl(infrastructure.databaseUrl, { role }) }),
    directory: (name) => supervisor.run.directory(name),
    async start(spec) {
      const service = await startService(supervisor, spec);
      services.set(service.name, service);
      onService(service);
      return service;
    },
  };
}
