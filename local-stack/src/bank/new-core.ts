import { LOOPBACK } from '../parts/part.ts';
import { freePort } from '../processes/ports.ts';
import type { BankContext } from './context.ts';
import type { Service } from './service.ts';

/** One version of the new core. */
export type Release = {
  version: string;
  /** Tax rules instead of the ones in the repository. A defect of the demo is wrong data, never other code. */
  taxRulesFile?: string;
};

export type NewCore = {
  /** The same for all deployments. */
  readonly url: string;
  /** The version that serves now. */
  version(): string;
  /** Starts a release beside the running one, waits until it is ready, calls `onReady`, then stops the old release. */
  deploy(release: Release, onReady?: () => void): Promise<void>;
};

/**
 * Starts the new core. Each release listens on the same port (SO_REUSEPORT), so that a deployment has no moment without a
 * listener, and on its own health port, so that the readiness of the new release can be read alone.
 */
export async function startNewCore(bank: BankContext, first: Release): Promise<NewCore> {
  const port = await freePort();
  let starts = 0;
  const start = async ({ version, taxRulesFile }: Release): Promise<Service> => {
    starts += 1;
    const healthPort = await freePort();
    return await bank.start({
      name: starts === 1 ? 'interest-service' : `interest-service-${starts}`,
      program: ['interest-service/src/main.ts', 'serve'],
      port,
      healthPort,
      env: {
        ...bank.asRole('interest_service'),
        REDIS_URL: bank.infrastructure.redisUrl,
        AUTH_JWKS: bank.auth.jwks,
        HEALTH_PORT: String(healthPort),
        SERVICE_VERSION: version,
        ...(taxRulesFile !== undefined && { TAX_RULES_FILE: taxRulesFile }),
      },
    });
  };
  let running = { release: first, service: await start(first) };
  return {
    url: `http://${LOOPBACK}:${port}`,
    version: () => running.release.version,
    async deploy(release, onReady = () => {}) {
      const service = await start(release);
      onReady();
      const old = running.service;
      running = { release, service };
      await old.stop();
    },
  };
}
