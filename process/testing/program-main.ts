import { runProgram } from '../src/commands.ts';
import { EXIT } from '../src/exit-codes.ts';
import { BadInput } from '../src/faults.ts';

await runProgram(
  {
    about: 'program: for a test',
    commands: {
      echo: {
        about: 'prints its arguments',
        takesArguments: 'own-help',
        async run(args) {
          process.stdout.write(`${JSON.stringify(args)}\n`);
          return EXIT.done;
        },
      },
      print: {
        about: 'prints a million bytes in lines of ten',
        async run() {
          process.stdout.write('123456789\n'.repeat(100_000));
          return EXIT.found;
        },
      },
      find: { about: 'finds something', run: async () => EXIT.found },
      refuse: {
        about: 'refuses its arguments',
        run: () => Promise.reject(new BadInput('--day', ['--day is not a date'])),
      },
      break: { about: 'breaks', run: () => Promise.reject(new Error('the socket is gone')) },
    },
  },
  process.argv.slice(2),
);
