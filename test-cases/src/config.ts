import { type Environment, optional, readSettings, withDefault } from '@core-exit/process/configuration';
import { text } from '@core-exit/process/setting-readers';

const SETTINGS = {
  /** A file with the JSON line of a running stack, or `-` for standard input; null if there is none. */
  stack: optional('CASES_STACK', text),
  /** The user's directory for relative paths, because npm runs its scripts in another one. */
  directory: withDefault('INIT_CWD', text, process.cwd()),
};

export type Config = { stack: string | null; directory: string };

export function readConfig(environment: Environment = process.env): Config {
  return readSettings(SETTINGS, environment);
}
