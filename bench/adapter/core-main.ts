import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  decodeBody,
  decodeHeader,
  encodeRecord,
  encodeTelegram,
  FrameReader,
  HEADER_BYTES,
  POLL,
  QUOTE,
} from '@core-exit/legacy-core-adapter/bench';
import { QUOTE_ANSWER } from './samples.ts';

/** Two servers: one returns the bytes it receives, one answers polls and quotes at once. Sends the ports to the parent process. */
const echo = createServer((socket) => {
  socket.setNoDelay(true);
  socket.pipe(socket);
}).listen(0, '127.0.0.1');

const poll = encodeRecord(POLL.answer, { SYS_DT: '2026-11-20', SYS_TM: '18:03:12.345' });
const core = createServer((socket) => {
  socket.setNoDelay(true);
  const reader = new FrameReader(HEADER_BYTES);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const answers = reader.push(chunk).map((telegram) => {
      const header = { ...decodeHeader(telegram), RQ_RS: 'R' as const, RSP_CD: '0000' };
      if (header.TR_CD !== QUOTE.trCd) return encodeTelegram(header, poll);
      const { ACNO } = decodeBody(telegram, QUOTE.request);
      return encodeTelegram(header, encodeRecord(QUOTE.answer, { ...QUOTE_ANSWER, ACNO }));
    });
    socket.write(Buffer.concat(answers));
  });
}).listen(0, '127.0.0.1');

await Promise.all([once(echo, 'listening'), once(core, 'listening')]);
const portOf = (server: typeof echo): number => (server.address() as AddressInfo).port;
process.send?.({ echo: portOf(echo), core: portOf(core) });
