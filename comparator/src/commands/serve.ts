import { readConfig } from '../config.ts';
import { serve } from '../serve.ts';

/** `comparator serve`: up until SIGTERM or SIGINT; then customers get their answers and the last verdicts are written. */
export async function serveCommand(): Promise<number> {
  const gateway = await serve(readConfig());
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await gateway.stop();
  return 0;
}
