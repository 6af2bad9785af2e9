/** Everything the runner reads from its environment. */
export type Config = {
  /** A file with the JSON line of a running stack, `-` for standard input; null: none told. */
  stack: string | null;
  /** Where the person stands who typed a relative path: npm runs its scripts elsewhere. */
  directory: string;
};

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return { stack: env['CASES_STACK'] || null, directory: env['INIT_CWD'] || process.cwd() };
}
