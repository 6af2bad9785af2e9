import Type from 'typebox';

/**
 * An instant (RFC 3339 with its offset) or a day, which means its first moment in UTC. A time without an offset would
 * be another instant on another machine.
 */
export const Instant = Type.Refine(
  Type.String(),
  (text) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
  () => 'must be an instant with its offset, like 2026-11-21T09:00:00+09:00, or a day',
);

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
