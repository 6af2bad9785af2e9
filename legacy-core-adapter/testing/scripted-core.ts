import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { FrameReader } from '../telegram/frame.ts';
import { HEADER_BYTES } from '../telegram/header.ts';
import { POLL, REFUSED } from '../telegram/messages/index.ts';
import { encodeRecord } from '../telegram/record.ts';
import { decodeHeader, encodeTelegram } from '../telegram/telegram.ts';

/** What a core does with a telegram. */
export type OnTelegram = (socket: Socket, telegram: Buffer) => void;

/** The answer to a poll, or one that is told to be the answer to another. */
export function pollAnswer(telegram: Buffer, guid?: string): Buffer {
  const header = decodeHeader(telegram);
  const body = encodeRecord(POLL.answer, { SYS_DT: '2026-11-20', SYS_TM: '18:03:12.345' });
  return encodeTelegram({ ...header, GUID: guid ?? header.GUID, RQ_RS: 'R', RSP_CD: '0000' }, body);
}

/** Tells whoever asked that the core is not well. */
export const refusesPolls: OnTelegram = (socket, telegram) => {
  const header = decodeHeader(telegram);
  const body = encodeRecord(REFUSED, { BS_DT: null, BS_SEQ: 0n, MSG_TX: '' });
  socket.write(encodeTelegram({ ...header, RQ_RS: 'R', RSP_CD: 'E503' }, body));
};

export const answersPolls: OnTelegram = (socket, telegram) => void socket.write(pollAnswer(telegram));

export type ScriptedCore = {
  readonly address: { host: string; port: number };
  /** Its sessions that are open now. */
  readonly sockets: Set<Socket>;
  /** What it does with a telegram; answers polls until told otherwise. */
  onTelegram: OnTelegram;
  /** When somebody connected, in ms of `performance.now`. */
  readonly connectedAtMs: number[];
  /** Ends its sessions and takes no more. */
  stop(): void;
};

/** A legacy core without books that does with each telegram what the test says. */
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
