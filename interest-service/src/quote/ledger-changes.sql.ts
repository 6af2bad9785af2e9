import { Socket } from 'node:net';
import pg from 'pg';
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import type { LedgerChanges, LedgerFollower } from './ledger-stream.ts';
import { takeSlot } from './replication-slot.sql.ts';

/** Published by the ledger (bank/ledger/schema/008_ledger_stream.sql). */
const PUBLICATION = 'ledger_heads';
/** A quote is served from Redis for two seconds after a beat, so several beats may be late. */
const BEAT_EVERY_MS = 200;
/** If no beat came back for this long, the link is dead, even if the socket is still open. */
const STALLED_AFTER_MS = 5_000;
/** A frozen process loses the slot after this long, and a standby takes it. */
const SERVER_WAITS_MS = 5_000;

/** Written into the WAL itself, so that it comes back after everything committed before it. Flushed, or it would wait for the next commit. */
const BEAT = `
select pg_logical_emit_message(false, $1,
         (extract(epoch from core.bank_now()) * 1000)::bigint::text || ' ' || core.business_date()::text, true)`;

/** The change stream of the ledger in PostgreSQL 17 or later, by logical replication. */
export function postgresLedgerChanges(databaseUrl: string, slot: string): LedgerChanges {
  return {
    async follow(follower, signal) {
      const sql = new pg.Client({
        connectionString: databaseUrl,
        application_name: 'interest-ledger-stream',
      });
      const broken = new Promise<unknown>((done) => sql.once('error', done)); // so that the fault is never uncaught
      sql.on('error', () => undefined);
      try {
        await sql.connect();
        const taken = await takeSlot(sql, slot);
        if (taken.kind === 'busy') return taken;
        if (taken.kind === 'new') follower.gap();
        const fault = await followSlot({
          databaseUrl,
          slot,
          sql,
          follower,
          signal,
          from: taken.confirmed,
          broken,
        });
        return isSlotBusy(fault) ? { kind: 'busy' } : { kind: 'ended', fault };
      } catch (fault) {
        return { kind: 'ended', fault };
      } finally {
        await sql.end().catch(() => undefined);
      }
    },
  };
}

type Following = {
  databaseUrl: string;
  slot: string;
  sql: pg.Client;
  follower: LedgerFollower;
  signal: AbortSignal;
  from: string;
  broken: Promise<unknown>;
};

/** Resolves with the reason why the stream ended. */
async function followSlot({
  databaseUrl,
  slot,
  sql,
  follower,
  signal,
  from,
  broken,
}: Following): Promise<unknown> {
  const socket = new Socket(); // our own socket, so that a dead link can be cut
  const stream = new LogicalReplicationService(
    {
      connectionString: databaseUrl,
      application_name: 'interest-ledger-stream',
      options: `-c wal_sender_timeout=${SERVER_WAITS_MS}`,
      stream: () => socket,
    },
    // Only changes that were handled are acknowledged. The stream pauses while drops wait for Redis.
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  );
  const ended = Promise.withResolvers<unknown>();
  let followed = from;
  let lastBeat = performance.now();
  stream.on('error', ended.resolve);
  stream.on('heartbeat', (_lsn, _at, mustAnswer) => {
    if (mustAnswer) void stream.acknowledge(followed);
  });
  stream.on('data', (lsn: string, message: Pgoutput.Message) => {
    if (message.tag !== 'message') return deliver(follower, message);
    if (message.prefix !== slot) return;
    lastBeat = performance.now();
    const [at, businessDate] = new TextDecoder().decode(message.content).split(' ');
    return follower.beat(Number(at), businessDate ?? '').then((wasFollowed) => {
      if (wasFollowed) followed = lsn;
      return void stream.acknowledge(followed);
    });
  });
  const beat = setInterval(() => {
    if (performance.now() - lastBeat > STALLED_AFTER_MS)
      ended.resolve(new Error(`no beat came back within ${STALLED_AFTER_MS} ms: the link was cut`));
    else sql.query(BEAT, [slot]).catch(ended.resolve);
  }, BEAT_EVERY_MS);
  const stop = () => ended.resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [PUBLICATION], messages: true });
    stream.subscribe(plugin, slot, from).then(ended.resolve, ended.resolve);
    return await Promise.race([ended.promise, broken]);
  } finally {
    clearInterval(beat);
    signal.removeEventListener('abort', stop);
    socket.destroy();
    void stream.destroy().catch(() => undefined);
  }
}

function deliver(follower: LedgerFollower, message: Pgoutput.Message): Promise<void> | undefined {
  const isRow = message.tag === 'insert' || message.tag === 'update';
  if (isRow && message.relation.name === 'account') {
    return follower.moved(String(message.new['account_no']), BigInt(String(message.new['last_seq'])));
  }
  if (isRow || message.tag === 'delete' || message.tag === 'truncate') follower.termsChanged();
  return undefined;
}

/** Another process was faster: the replication slot is active. */
function isSlotBusy(fault: unknown): boolean {
  return (fault as { code?: unknown } | null)?.code === '55006';
}
