import { HELP, readArguments } from './arguments.ts';
import { readConfig } from './config.ts';
import { PUBLISHED_SCHEMA } from './row/schema.ts';
import { run, runCapture, runGenerate } from './run.ts';

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
    case 'capture':
      return await runCapture(args.doubted, args.stack, readConfig(), signal);
    case 'run':
      return await run(args, readConfig(), signal);
  }
}

/** As a shell tells a program that was ended by a signal. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

const stopped = new AbortController();
for (const [name, code] of Object.entries(STOPPED)) {
  process.on(name, () => {
    process.exitCode = code;
    stopped.abort(new Error(`stopped by ${name}`));
  });
}

await main(process.argv.slice(2), stopped.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode ??= 2;
  },
);
