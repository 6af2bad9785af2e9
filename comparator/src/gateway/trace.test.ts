import { expect, test } from 'vitest';
import { traceOf } from './trace.ts';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('continues the trace that the request came with', () => {
  expect(traceOf(GIVEN)).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', traceparent: GIVEN });
});

test.each([undefined, '', 'nonsense', `${GIVEN}\r\nx: y`, [GIVEN, GIVEN]])(
  'starts a trace for the header %j',
  (header) => {
    const { traceId, traceparent } = traceOf(header, (bytes) => Buffer.alloc(bytes, 7));
    expect(traceId).toBe('07'.repeat(16));
    expect(traceparent).toBe(`00-${traceId}-${'07'.repeat(8)}-01`);
  },
);
