import { resolve } from 'node:path';
import { HELP, readArguments } from './arguments.ts';
import { readConfig } from './config.ts';
import { loadCases } from './load/load.ts';
import { jsonLines, summary } from './report/lines.ts';
import { count } from './result.ts';
import { PUBLISHED_SCHEMA } from './row/schema.ts';
import { runOnDomain } from './targets/run-domain.ts';

async function main(argv: string[]): Promise<number> {
  const args = readArguments(argv);
  const config = readConfig();
  switch (args.command) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'schema':
      process.stdout.write(`${JSON.stringify(PUBLISHED_SCHEMA, null, 2)}\n`);
      return 0;
    case 'run': {
      const started = performance.now();
      const cases = loadCases(args.paths.map((path) => resolve(config.directory, path)));
      const results = runOnDomain(cases);
      const seconds = (performance.now() - started) / 1000;
      process.stdout.write(args.json ? jsonLines(results, false) : summary(results, args.target, seconds));
      return count(results).failed > 0 ? 1 : 0;
    }
  }
  return 2;
}

await main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
