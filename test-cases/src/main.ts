import { HELP, readArguments } from './arguments.ts';
import { readConfig } from './config.ts';
import { PUBLISHED_SCHEMA } from './row/schema.ts';
import { run, runGenerate } from './run.ts';

async function main(argv: string[], signal: AbortSignal): Promise<number> {
  const args = readArguments(argv);
  switch (args.command) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'schema':
      process.stdout.write(`${JSON.stringify(PUBLISHED_SCHEMA, null, 2)}\n`);
      return 0;
    case 'generate':
      return await runGenerate(args.stack, readConfig(), signal);
    case 'run':
      return await run(args, readConfig(), signal);
  }
}

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));

await main(process.argv.slice(2), stopped.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
