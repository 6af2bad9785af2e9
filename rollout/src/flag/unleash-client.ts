import { Unleash } from 'unleash-client';
import { unleashApi } from './unleash-url.ts';

/** Deadline of one fetch of the flags, so that an Unleash that hangs does not delay the next fetch for long. */
const FETCH_TIMEOUT_MS = 2_000;
/**
 * A change reaches a gateway after this interval, the fetch, and up to 1 s in which the server caches its own revision
 * (docs/comparison.md, section 8).
 */
const DEFAULT_REFRESH_INTERVAL_MS = 1_000;

export type UnleashClientOptions = {
  /** Base address of the Unleash server; it may end with `/api`. */
  unleashUrl: string;
  /** A backend token for one environment. */
  token: string;
  /** Name of this client in Unleash, and of its backup file. */
  appName: string;
  /** Directory of the backup file, created if missing. Each client needs its own. */
  backupPath: string;
  /**
   * After a failed fetch the client waits one interval longer per failure, up to eleven, and one interval less per
   * success. So a short interval also shortens the time until the client recovers after an outage.
   */
  refreshIntervalMs?: number;
  /** Definition of the flag (a response of the client API of Unleash), used if there is no Unleash and no backup file. */
  bootstrapFile?: string;
};

/** The client of every gateway. client-specification.test.ts checks it against the 279 checks of Unleash. */
export function unleashClient(options: UnleashClientOptions): Unleash {
  return new Unleash({
    url: unleashApi(options.unleashUrl),
    appName: options.appName,
    customHeaders: { Authorization: options.token },
    refreshInterval: options.refreshIntervalMs ?? DEFAULT_REFRESH_INTERVAL_MS,
    timeout: FETCH_TIMEOUT_MS,
    backupPath: options.backupPath,
    skipInstanceCountWarning: true,
    bootstrapOverride: false, // the backup file is newer than the bootstrap file
    ...(options.bootstrapFile === undefined ? {} : { bootstrap: { filePath: options.bootstrapFile } }),
  });
}
