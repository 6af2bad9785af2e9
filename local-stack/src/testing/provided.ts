import type { ProvidedContext } from 'vitest';
import { inject } from 'vitest';

/** What the global setup hands to the tests of a project; each project has only the parts it needs. */
declare module 'vitest' {
  interface ProvidedContext {
    postgres: { ownerUrl: string; template: string };
    redis: { url: string };
    kafka: { brokers: string[] } | { absent: string };
    unleash: { url: string; adminToken: string; clientToken: string };
    slack: { url: string; webhookUrl: string };
  }
}

/** A part's addresses. Throws an error with the naming rule if the test's project does not start the part. */
export function provided<Name extends keyof ProvidedContext>(name: Name): ProvidedContext[Name] {
  const value = inject(name) as ProvidedContext[Name] | undefined;
  if (value === undefined) {
    throw new Error(
      `${name} is not started for this test: name the file *.pg.test.ts, *.kafka.test.ts or *.e2e.test.ts`,
    );
  }
  return value;
}
