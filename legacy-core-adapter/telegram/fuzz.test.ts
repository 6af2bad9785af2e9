import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { LineGarbage, Malformed } from './codec-errors.ts';
import { FrameReader, framed } from './frame.ts';
import { HEADER_V1, HEADER_V2 } from './header.ts';
import { type Field, type Layout, sizeOf } from './layout.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';
import { ALL_MESSAGES, REFUSED } from './messages/index.ts';
import { prefixOf } from './prefix.ts';
import { decodeRecord, encodeRecord } from './record.ts';
import { decodeHeader } from './telegram.ts';

const MESSAGES_A_LAYOUT = 10_000;
/** Printed with every failure: the same seed is the same run. */
const SEED = Number(process.hrtime.bigint() % 4_294_967_291n);

/** Mulberry32: small, quick, and good enough to reach every border. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LAYOUTS: [string, Layout][] = [
  ['header V1', HEADER_V1],
  ['header V2', HEADER_V2],
  ['refused', REFUSED],
  ...ALL_MESSAGES.flatMap(({ trCd, version, request, answer }): [string, Layout][] => [
    [`${trCd} V${version} request`, request],
    [`${trCd} V${version} answer`, answer],
  ]),
];

class Values {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  upTo(max: number): number {
    return Math.floor(this.#random() * (max + 1));
  }

  of(layout: Layout): Record<string, unknown> {
    return Object.fromEntries(Object.entries(layout).map(([name, field]) => [name, this.#value(field)]));
  }

  #value(field: Field): unknown {
    switch (field.type) {
      case 'num':
        return this.#digits(field.bytes);
      case 'amount':
        return this.#digits(field.bytes - 1) * (this.upTo(1) === 0 ? 1n : -1n);
      case 'text':
        return this.#text(field.bytes).trimEnd();
      case 'sizedText':
        return this.#text(field.bytes - 4);
      case 'dateOrNone':
        return this.upTo(3) === 0 ? null : this.#date();
      case 'date':
        return this.#date();
      case 'time':
        return new Date(this.upTo(86_399_999)).toISOString().slice(11, 23);
      case 'code':
        if (field.values !== null) return field.values[this.upTo(field.values.length - 1)];
        return Array.from({ length: field.bytes }, () => '0123456789ABCXYZ'[this.upTo(15)]).join('');
      case 'group':
        return Array.from({ length: this.upTo(field.max) }, () => this.of(field.record));
    }
  }

  #digits(width: number): bigint {
    const length = 1 + this.upTo(width - 1);
    return BigInt(Array.from({ length }, () => this.upTo(9)).join(''));
  }

  #date(): string {
    const at = Date.UTC(1900 + this.upTo(199), this.upTo(11), 1 + this.upTo(27));
    return new Date(at).toISOString().slice(0, 10);
  }

  /** Latin letters and any of the 11,172 syllables, most of which EUC-KR does not have. */
  #text(bytes: number): string {
    let text = '';
    for (let left = this.upTo(bytes); left > 0; ) {
      const isSyllable = left > 1 && this.upTo(2) > 0;
      text += String.fromCharCode(isSyllable ? 0xac00 + this.upTo(11_171) : 0x20 + this.upTo(94));
      left -= isSyllable ? 2 : 1;
    }
    return text;
  }
}

describe(`ten thousand random messages of each layout (seed ${SEED})`, () => {
  it.each(LAYOUTS)(
    '%s: come back as they were, from any split of the stream',
    (name, layout) => {
      const values = new Values(randomOf(SEED));
      const prefix = prefixOf(
        ['text:4', 'text:5:self', 'binary:2', 'binary:4:self'][values.upTo(3)] ?? 'text:4',
      );
      const reader = new FrameReader(0, prefix);
      const sent: Record<string, unknown>[] = [];
      let received = 0;
      const receive = (bytes: Buffer): void => {
        for (const telegram of reader.push(bytes)) {
          const values = decodeRecord(layout, telegram);
          // an assertion for each of them would take ten times as long as they do
          if (!isDeepStrictEqual(values, sent[received])) expect(values, name).toEqual(sent[received]);
          received += 1;
        }
      };
      let waiting = Buffer.alloc(0);
      for (let n = 0; n < MESSAGES_A_LAYOUT; n += 1) {
        sent.push(values.of(layout));
        const bytes = encodeRecord(layout, sent[n] as never);
        if (bytes.length !== sizeOf(layout)) expect(bytes).toHaveLength(sizeOf(layout));
        waiting = Buffer.concat([waiting, framed(bytes, prefix)]);
        const cut = values.upTo(waiting.length);
        receive(waiting.subarray(0, cut));
        waiting = waiting.subarray(cut);
      }
      receive(waiting);
      expect(received).toBe(MESSAGES_A_LAYOUT);
    },
    120_000,
  );
});

describe(`ten thousand samples of random bytes (seed ${SEED})`, () => {
  const anyBytes = (values: Values, most: number): Buffer =>
    Buffer.from(Array.from({ length: values.upTo(most) }, () => values.upTo(255)));

  it('are a record or a header that is written as the same bytes, or they are malformed', () => {
    const values = new Values(randomOf(SEED));
    for (let n = 0; n < MESSAGES_A_LAYOUT; n += 1) {
      const [, layout] = LAYOUTS[n % LAYOUTS.length] as [string, Layout];
      const bytes = encodeRecord(layout, values.of(layout) as never);
      for (let damage = values.upTo(3); damage > 0 && bytes.length > 0; damage -= 1) {
        bytes[values.upTo(bytes.length - 1)] = values.upTo(255);
      }
      try {
        expect(encodeRecord(layout, decodeRecord(layout, bytes) as never)).toEqual(bytes);
      } catch (fault) {
        expect(fault).toBeInstanceOf(Malformed);
      }
      expect(() => decodeHeader(anyBytes(values, 200))).toThrow(Malformed);
    }
  }, 60_000);

  it('in a session are garbage or give no telegram, and the reader keeps none of them', () => {
    const values = new Values(randomOf(SEED));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = used();
    const readers: FrameReader[] = [];
    for (let n = 0; n < MESSAGES_A_LAYOUT; n += 1) {
      const reader = new FrameReader(100);
      if (n % 100 === 0) readers.push(reader);
      try {
        for (let chunk = 0; chunk < 5; chunk += 1) {
          for (const telegram of reader.push(anyBytes(values, 300))) {
            expect(telegram.length).toBeLessThanOrEqual(MAX_TELEGRAM_BYTES);
          }
        }
      } catch (fault) {
        expect(fault).toBeInstanceOf(LineGarbage);
      }
    }
    expect(used() - before).toBeLessThan(8_000_000);
  }, 60_000);
});
