import type { Logger } from 'pino';
import type { ControllerTools } from './tools.ts';

/** The same controller with its hands tied: it looks and judges, and says once what it would have done. */
export function handsTied(tools: ControllerTools, log: Logger): ControllerTools {
  const said = new Set<string>();
  return {
    ...tools,
    announce: () => undefined,
    flag: { ...tools.flag, push: async () => undefined },
    store: {
      ...tools.store,
      holdLease: async () => true,
      releaseLease: async () => undefined,
      async move({ to, decided, ifStill }) {
        const key = `${ifStill?.since ?? ''} ${to.stage}`;
        if (!said.has(key))
          log.info({ from: ifStill, to: to.stage, decided }, `dry run: would ${decided.action}`);
        said.add(key);
        return { kind: 'overtaken', now: ifStill ?? null };
      },
    },
  };
}
