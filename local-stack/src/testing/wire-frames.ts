/** One message of the PostgreSQL protocol; the first ones of a connection have no type. */
export type Frame = { type: string; bytes: Buffer };

/** What a client sends for one statement, or to end an exchange. The client expects no answer before the end of the exchange. */
export type Piece = {
  /** Name of the prepared statement, or the text of an unnamed one; empty while a connection is set up, and for a Sync. */
  statement: string;
  bytes: Buffer;
  endsExchange: boolean;
};

const LENGTH_BYTES = 4;

/** Splits a stream of bytes into messages. `untyped`: how many of the first messages have no type. */
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

/** A client's messages, grouped up to each Execute, Sync or simple query. */
export function pieces(): (bytes: Buffer) => Piece[] {
  const split = framesOf(1);
  let pending: Buffer[] = [];
  let statement = '';
  let unnamed = '';
  return (bytes) => {
    const complete: Piece[] = [];
    for (const { type, bytes: message } of split(bytes)) {
      pending.push(message);
      if (type === 'P' && textAt(message, 5) === '') unnamed = textAt(message, 6);
      if (type === 'B') statement = boundStatement(message) || unnamed;
      if (type === 'Q') statement = textAt(message, 5);
      // Parse, Bind, Describe, Close and Flush belong to the next Execute; every other message ends the exchange.
      if ('PBDCH'.includes(type) && type !== '') continue;
      complete.push({ statement, bytes: Buffer.concat(pending), endsExchange: type !== 'E' });
      pending = [];
      statement = '';
    }
    return complete;
  };
}

/** Bind: portal name, then statement name. */
function boundStatement(bytes: Buffer): string {
  return textAt(bytes, bytes.indexOf(0, 5) + 1);
}

/** Texts end with a zero byte. */
function textAt(bytes: Buffer, begin: number): string {
  return bytes.toString('utf8', begin, bytes.indexOf(0, begin));
}
