import { Fault } from '@core-exit/process/faults';
import { ADAPTER_FAULTS } from '../faults.ts';

/**
 * A value does not fit its field, or bytes are no value of their field. The codec of a field throws this error because the
 * codec does not know the name of its field.
 */
export class FieldError extends Error {}
/** The bytes are not text of the character set. */
export class CharsetError extends FieldError {}

/** A value that cannot be written into a telegram. `field` is its name, with the position in a group: `LINE[2].AMT`. */
export class Unencodable extends Fault {
  readonly field: string;

  constructor(field: string, reason: string) {
    super(ADAPTER_FAULTS.TELEGRAM_UNENCODABLE, `${field}: ${reason}`);
    this.field = field;
  }
}

/** Bytes that are not the telegram they should be. No value of them is used. */
export class Malformed extends Fault {
  readonly field: string;
  /** Whether the peer seems to write another character set. */
  readonly isCharset: boolean;

  constructor(field: string, reason: string, isCharset = false) {
    super(ADAPTER_FAULTS.TELEGRAM_MALFORMED, `${field}: ${reason}`);
    this.field = field;
    this.isCharset = isCharset;
  }
}

/** The bytes of a session are no frame, so the reader cannot find the next frame and the session must be closed. */
export class LineGarbage extends Fault {
  /** Whether the length is beyond every layout; otherwise the bytes are no length or no answer at all. */
  readonly isTooLong: boolean;

  constructor(reason: string, isTooLong = false) {
    super(ADAPTER_FAULTS.LINE_GARBAGE, reason);
    this.isTooLong = isTooLong;
  }
}
