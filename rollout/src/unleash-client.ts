import { Unleash } from 'unleash-client';
import type { RolloutOptions } from './create-rollout.ts';
import { unleashApi } from './unleash-url.ts';

/** One fetch of the flags; a hanging Unleash must not hold the next poll back for long. */
const FETCH_TIMEOUT_MS = 2_000;
/** comparison.md section 8: propagation = this + fetch (+ up to 1 s in which the server caches its own revision). */
const DEFAULT_REFRESH_INTERVAL_MS = 1_000;

/** The client as every gateway has it; client-specification.test.ts holds it to Unleash's own 279 checks. */
export function unleashClient(options: Omit<RolloutOptions, 'flag'>): Unleash {
  return new Unleash({
    url: unleashApi(options.unleashUrl),
    appName: options.appName,
    customHeaders: { Authorization: options.token },
    refreshInterval: options.refreshIntervalMs ?? DEFAULT_REFRESH_INTERVAL_MS,
    timeout: FETCH_TIMEOUT_MS,
    backupPath: options.backupPath,
    skipInstanceCountWarning: true,
    bootstrapOverride: false, // the backup is younger
    ...(options.bootstrapFile === undefined ? {} : { bootstrap: { filePath: options.bootstrapFile } }),
  });
}
