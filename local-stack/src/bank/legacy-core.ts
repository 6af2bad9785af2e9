import { LOOPBACK } from '../parts/part.ts';
import { freePort } from '../processes/ports.ts';
import type { BankContext } from './context.ts';
import type { Service } from './service.ts';

/** Starts the legacy core and the adapter that answers the HTTP contract for it. */
export async function startLegacyCore(
  bank: BankContext,
  latencyMs: number,
): Promise<{ adapter: Service; controlUrl: string }> {
  const controlPort = await freePort();
  const legacyCore = await bank.start({
    name: 'legacy-core',
    program: ['legacy-core-adapter/legacy-core/main.ts', 'serve'],
    ready: 'tcp',
    env: {
      ...bank.asRole('legacy_core'),
      LEGACY_LATENCY_MS: String(latencyMs),
      CONTROL_PORT: String(controlPort),
    },
  });
  const adapter = await bank.start({
    name: 'legacy-adapter',
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      ...bank.asRole('legacy_adapter'),
      LEGACY_CORE_HOST: LOOPBACK,
      LEGACY_CORE_PORT: String(legacyCore.port),
      AUTH_JWKS: bank.auth.jwks,
    },
  });
  return { adapter, controlUrl: `http://${LOOPBACK}:${controlPort}` };
}
