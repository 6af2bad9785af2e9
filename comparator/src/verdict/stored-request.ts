import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM. Each request gets a new random nonce; one key may encrypt 2^32 requests, far more than will be stored. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A shadow request that can be sent again. It names an account, so it is stored encrypted or not at all. */
export type StoredRequest = {
  operation: string;
  method: string;
  path: string;
  body: string | null;
  isPinned: boolean;
  subject: string | null;
};

/** Base64 of nonce, authentication tag and encrypted JSON. */
export type EncryptedRequest = string;
export type EncryptRequest = (request: StoredRequest) => EncryptedRequest;

export function encryptWith(key: Uint8Array): EncryptRequest {
  return (request) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    const encrypted = Buffer.concat([cipher.update(JSON.stringify(request), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64');
  };
}

/** Null when the request was encrypted with another key, or was changed afterwards. */
export function decryptRequest(encrypted: EncryptedRequest, key: Uint8Array): StoredRequest | null {
  const bytes = Buffer.from(encrypted, 'base64');
  try {
    const cipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const decrypted = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
    return JSON.parse(decrypted.toString('utf8')) as StoredRequest;
  } catch {
    return null;
  }
}
