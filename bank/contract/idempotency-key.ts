/** Request header that carries the idempotency key of a call that moves money. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** The key is scoped to the customer. With this strict alphabet, two joined headers (`a, b`) never pass as one key. */
export const IDEMPOTENCY_KEY_PATTERN = '^[A-Za-z0-9._:-]{8,64}$';

/** Response header with the value `true` when the answer is the first answer of this key, sent again. */
export const IDEMPOTENCY_REPLAYED_HEADER = 'idempotency-replayed';
