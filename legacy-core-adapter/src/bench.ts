// For benches: the codec, and the transport of telegrams.
export { FIRST_DIALECT } from '../telegram/dialect.ts';
export { FrameReader } from '../telegram/frame.ts';
export { newGuid } from '../telegram/guid.ts';
export { HEADER_BYTES, type Header } from '../telegram/header.ts';
export type { Values } from '../telegram/layout.ts';
export { PAYOUT, POLL, QUOTE } from '../telegram/messages/index.ts';
export { encodeRecord } from '../telegram/record.ts';
export { decodeBody, decodeHeader, encodeTelegram } from '../telegram/telegram.ts';
export type { LegacyTransport } from './transport/legacy-transport.ts';
export { telegramTransport } from './transport/telegram-transport/telegram-transport.ts';
