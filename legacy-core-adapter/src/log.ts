import { logStream } from '@core-exit/interest-service/contract/server';
import { type Logger, pino } from 'pino';

/**
 * A service's log. Of a fault it keeps what tells the cause, not what a database adds to it: `detail` and
 * `parameters` of a refused row hold account numbers and names.
 */
export function serviceLog(service: string, level: string): Logger {
  return pino({ level, base: { service }, serializers: { err: briefly } }, logStream());
}

type Reported = Error & { code?: unknown; constraint?: unknown };

function briefly(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: String(fault) };
  const { name, message, code, constraint, stack } = fault as Reported;
  return { name, message, code, constraint, stack };
}
