import type { Command } from '@core-exit/process/commands';
import { serviceLog } from '@core-exit/process/log';
import { type Part, stopOnSignal } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import { type Config, type Role, readConfig } from '../config.ts';

/** A command that runs until it is told to stop, with its own log. */
export function running(
  role: Role,
  about: string,
  start: (config: Config, log: Logger) => Promise<Part[]>,
): Command {
  return {
    about,
    async run() {
      const config = readConfig(role);
      const log = serviceLog(`interest-${role}`, config.logLevel);
      stopOnSignal(log, await start(config, log));
      log.info({ port: config.port, version: config.version }, 'ready');
      return null;
    },
  };
}
