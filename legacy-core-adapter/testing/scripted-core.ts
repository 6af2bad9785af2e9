import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { FrameReader } from '../telegram/frame.ts';
import { HEADER_BYTES } from '../telegram/header.ts';
import { POLL, REFUSED } from '../telegram/messages/index.ts';
import { encodeRecord } from '../telegram/record.ts';
import { decodeHeader, encodeTelegram } from '../telegram/telegram.ts';

/** Reaction of a core to a telegram. */
export type OnTelegram = (socket: Socket, telegram: Buffer) => void;

/** The answer to a poll; with `guid`, an answer with another GUID. */
export function pollAnswer(telegram: Buffer, guid?: string): Buffer {
  const header = decodeHeader(telegram);
  const body = encodeRecord(POLL.answer, { SYS_DT: '2026-11-20', SYS_TM: '18:03:12.345' });
  return encodeTelegram({ ...header, GUID: guid ?? header.GUID, RQ_RS: 'R', RSP_CD: '0000' }, body);
}

/** Answers every telegram with a refusal. */
export const refusesPolls: OnTelegram = (socket, telegram) => {
  const header = decodeHeader(telegram);
  const body = encodeRecord(REFUSED, { BS_DT: null, BS_SEQ: 0n, MSG_TX: '' });
  socket.write(encodeTelegram({ ...header, RQ_RS: 'R', RSP_CD: 'E503' }, body));
};

export const answersPolls: OnTelegram = (socket, telegram) => void socket.write(pollAnswer(telegram));

export type ScriptedCore = {
  readonly address: { host: string; port: number };
  /** Open sessions. */
  readonly sockets: Set<Socket>;
  /** Reaction to a telegram. Default: answers polls. */
  onTelegram: OnTelegram;
  /** Times of the connections, in ms of `performance.now`. */
  readonly connectedAtMs: number[];
  /** Closes all sessions and the listener. */
  stop(): void;
};

/** A legacy core without books. The test sets its reaction to telegrams. */
export async function scriptedCore(): Promise<ScriptedCore> {
  const sockets = new Set<Socket>();
  const connectedAtMs: number[] = [];
  const server = createServer((socket) => {
    connectedAtMs.push(performance.now());
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const reader = new FrameReader(HEADER_BYTES);
    socket.on('data', (chunk: Buffer) => {
      for (const telegram of reader.push(chunk)) core.onTelegram(socket, telegram);
    });
  }).listen(0);
  await once(server, 'listening');
  const core: ScriptedCore = {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    sockets,
    onTelegram: answersPolls,
    connectedAtMs,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return core;
}
