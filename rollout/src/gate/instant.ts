import Type from 'typebox';

/**
 * An instant (RFC 3339 with offset), or a day, which means the start of the day in UTC. The offset is required, because a
 * time without an offset is a different instant on a machine with another time zone.
 */
export const Instant = Type.Refine(
  Type.String(),
  (text) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
  () => 'must be an instant with its offset, like 2026-11-21T09:00:00+01:00, or a day',
);

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
