// What benches may use: the codec, and the line with what speaks over it.
export { askOn, newGuid, poll } from './transport/telegram-transport/telegram-transport.ts';
export { Line } from './transport/telegram-transport/session-pool.ts';
export { FrameReader } from '../telegram/frame.ts';
export { HEADER_BYTES, type Header } from '../telegram/header.ts';
export type { Values } from '../telegram/layout.ts';
export { PAYOUT, POLL, QUOTE } from '../telegram/messages/index.ts';
export { encodeRecord } from '../telegram/record.ts';
export { decodeBody, decodeHeader, encodeTelegram } from '../telegram/telegram.ts';
