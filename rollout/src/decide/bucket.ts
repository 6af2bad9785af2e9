/**
 * The bucket of Unleash, 1 to 100: murmur3("groupId:id") mod 100 + 1. A share of n % is the buckets 1 to n, so a customer
 * who is in a share is also in every larger share, as long as the groupId does not change.
 *
 * This is our own implementation, because the client of Unleash searches the list of every cohort for each customer who is
 * in none of them: 160 microseconds with two cohorts of 1,000. shares.test.ts compares both for 100,000 customers.
 */
export function bucketOf(groupId: string, id: string): number {
  const text = `${groupId}:${id}`;
  return (murmur3(bytesOf(text)) % 100) + 1;
}

const encoder = new TextEncoder();
/** Longer ids go through the encoder, which allocates. */
const scratch = new Uint8Array(128);

/**
 * UTF-8 bytes. Customer ids are ASCII, so the 0.5 microseconds of the encoder can be saved. The next call overwrites the
 * result.
 */
function bytesOf(text: string): Uint8Array {
  if (text.length > scratch.length) return encoder.encode(text);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return encoder.encode(text);
    scratch[i] = code;
  }
  return scratch.subarray(0, text.length);
}

/** MurmurHash3, x86, 32 bit, seed 0 (Austin Appleby, public domain). */
export function murmur3(bytes: Uint8Array): number {
  const blocks = bytes.length >> 2;
  let hash = 0;
  for (let i = 0; i < blocks * 4; i += 4) {
    hash ^= mixed(
      at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24),
    );
    hash = (Math.imul(rotated(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks * 4; i -= 1) tail = (tail << 8) | at(bytes, i);
  hash ^= mixed(tail) ^ bytes.length; // without a tail this adds nothing, because mixed(0) is 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function at(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0;
}

function mixed(block: number): number {
  return Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotated(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
