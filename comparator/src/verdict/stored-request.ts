import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM; the nonce is drawn anew for each question, far below the 2^32 that one key may see. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A question as it can be asked again; it names an account, so it is stored sealed or not at all. */
export type SealedQuestion = {
  operation: string;
  method: string;
  path: string;
  body: string | null;
  isPinned: boolean;
  subject: string | null;
};

export type Seal = (question: SealedQuestion) => string;

export function sealWith(key: Uint8Array): Seal {
  return (question) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(question), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  };
}

/** Null when it was sealed with another key, or changed since. */
export function unseal(text: string, key: Uint8Array): SealedQuestion | null {
  const bytes = Buffer.from(text, 'base64');
  try {
    const cipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const open = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
    return JSON.parse(open.toString('utf8')) as SealedQuestion;
  } catch {
    return null;
  }
}
