import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { FrameReader } from '../telegram/frame.ts';
import { HEADER_BYTES } from '../telegram/header.ts';
import { decodeHeader } from '../telegram/telegram.ts';

/** Fate of one telegram: forward it, drop it, or close the session instead. */
export type Fate = 'pass' | 'swallow' | 'cut';

export type TelegramProxy = {
  readonly port: number;
  /** Transaction codes of the requests, in order. */
  readonly requests: string[];
  /** Decides about each telegram. */
  fate: (direction: 'request' | 'answer', trCd: string) => Fate;
  stop(): Promise<void>;
};

/** A proxy in front of the legacy core that can lose whole telegrams in both directions. */
export async function startTelegramProxy(corePort: number): Promise<TelegramProxy> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((near) => {
    const far = connect(corePort, '127.0.0.1');
    relay(near, far, 'request');
    relay(far, near, 'answer');
  });

  function relay(from: Socket, to: Socket, direction: 'request' | 'answer'): void {
    const reader = new FrameReader(HEADER_BYTES);
    sockets.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (chunk: Buffer) => {
      for (const telegram of reader.push(chunk)) {
        const { TR_CD } = decodeHeader(telegram);
        if (direction === 'request') requests.push(TR_CD);
        const fate = proxy.fate(direction, TR_CD);
        if (fate === 'cut') from.destroy();
        if (fate === 'pass')
          to.write(Buffer.concat([Buffer.from(String(telegram.length).padStart(4, '0')), telegram]));
      }
    });
  }

  server.listen(0);
  await once(server, 'listening');
  const proxy: TelegramProxy = {
    port: (server.address() as AddressInfo).port,
    requests,
    fate: () => 'pass',
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
