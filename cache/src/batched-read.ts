type Read = (keys: string[]) => Promise<(string | null)[]>;

/** After so many keys a new command begins, because a server does nothing else during a command. */
const KEYS_AT_ONCE = 500;

/**
 * Reads that are made in one turn of the event loop are sent as one command, and a key that several reads need (the
 * heartbeat) is sent once. Under load this saves most writes to the socket. A single read is sent as early as without it.
 */
export function batchedRead(read: Read): (keys: readonly string[]) => Promise<(string | null)[]> {
  let batch: { positions: Map<string, number>; answer: Promise<(string | null)[]> } | null = null;
  const open = () => {
    const positions = new Map<string, number>();
    const answer = new Promise<(string | null)[]>((resolve, reject) => {
      setImmediate(() => {
        batch = null;
        read([...positions.keys()]).then(resolve, reject);
      });
    });
    return { positions, answer };
  };
  return (keys) => {
    if (batch !== null && batch.positions.size >= KEYS_AT_ONCE) batch = null; // the full batch is sent by its own timer
    const { positions, answer } = (batch ??= open());
    const own = keys.map((key) => {
      const position = positions.get(key) ?? positions.size;
      positions.set(key, position);
      return position;
    });
    return answer.then((values) => own.map((position) => values[position] ?? null));
  };
}
