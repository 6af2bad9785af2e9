/** One message of the PostgreSQL protocol; the first ones of a connection have no type. */
export type Frame = { type: string; bytes: Buffer };

/** What a client sends up to the point where it expects an answer. */
export type Exchange = {
  /** Name of the prepared statement, or the text of a simple query; empty while the connection is set up. */
  statement: string;
  bytes: Buffer;
};

const LENGTH_BYTES = 4;

/** Cuts a stream into messages, whatever pieces it comes in. `untyped`: how many of the first ones have no type. */
export function framesOf(untyped = 0): (bytes: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  let withoutType = untyped;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const head = withoutType > 0 ? 0 : 1;
      if (rest.length < head + LENGTH_BYTES) return frames;
      const size = head + rest.readUInt32BE(head);
      if (rest.length < size) return frames;
      frames.push({
        type: head === 0 ? '' : String.fromCharCode(rest[0] ?? 0),
        bytes: rest.subarray(0, size),
      });
      rest = rest.subarray(size);
      withoutType = Math.max(0, withoutType - 1);
    }
  };
}

/** A client's messages, grouped up to each Sync or simple query. */
export function exchanges(): (bytes: Buffer) => Exchange[] {
  const split = framesOf(1);
  let pending: Buffer[] = [];
  let statement = '';
  return (bytes) => {
    const complete: Exchange[] = [];
    for (const frame of split(bytes)) {
      pending.push(frame.bytes);
      if (frame.type === 'B') statement = boundStatement(frame.bytes);
      if (frame.type === 'Q') statement = frame.bytes.toString('utf8', 5, frame.bytes.length - 1);
      // Parse, Bind, Describe, Execute, Close and Flush go on to a Sync; everything else stands alone.
      if ('PBDECH'.includes(frame.type) && frame.type !== '') continue;
      complete.push({ statement, bytes: Buffer.concat(pending) });
      pending = [];
      statement = '';
    }
    return complete;
  };
}

/** Bind: portal name, then statement name, each ended by a zero byte. */
function boundStatement(bytes: Buffer): string {
  const begin = bytes.indexOf(0, 5) + 1;
  return bytes.toString('utf8', begin, bytes.indexOf(0, begin));
}
