import type { Logger } from 'pino';
import type { ControllerTools } from './tools.ts';

/** Tools that change nothing. The controller reads and judges as usual, and logs each action once instead of doing it. */
export function dryRunTools(tools: ControllerTools, log: Logger): ControllerTools {
  const logged = new Set<string>();
  return {
    ...tools,
    notify: () => undefined,
    flag: { ...tools.flag, push: async () => undefined },
    store: {
      ...tools.store,
      holdLease: async () => true,
      releaseLease: async () => undefined,
      async move({ to, draft, ifStill }) {
        const key = `${ifStill?.since ?? ''} ${to.stage}`;
        if (!logged.has(key))
          log.info({ from: ifStill, to: to.stage, decided: draft }, `dry run: would ${draft.action}`);
        logged.add(key);
        return { kind: 'overtaken', now: ifStill ?? null };
      },
    },
  };
}
