import { type Logger, pino } from 'pino';
import { faultForLog, logStream } from '../../contract/server/index.ts';
import { type Config, type Role, readConfig } from '../config.ts';
import { type Part, stopOnSignal } from '../stop.ts';
import type { Command } from './command.ts';

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
      const log = pino(
        { level: config.logLevel, base: { service: `interest-${role}` }, serializers: { err: faultForLog } },
        logStream(),
      );
      stopOnSignal(log, await start(config, log));
      log.info({ port: config.port, version: config.version }, 'ready');
      return null;
    },
  };
}
