import { Fault } from '../src/fault.ts';

/** A value does not fit its field, or bytes are no value of their field. Thrown by a field's codec, which does not know its own name. */
export class FieldFault extends Error {}
/** The bytes are not text of the line's character set. */
export class CharsetFault extends FieldFault {}

/** A value that cannot be written into a telegram; `field` names it, with the group's position: `LINE[2].AMT`. */
export class Unencodable extends Fault {
  readonly field: string;

  constructor(field: string, reason: string) {
    super('TELEGRAM_UNENCODABLE', `${field}: ${reason}`, 'compare the field with its layout in src/telegram');
    this.field = field;
  }
}

/** Bytes that are not the telegram they should be. Nothing of them may be believed. */
export class Malformed extends Fault {
  readonly field: string;
  /** Whether the peer seems to write another character set. */
  readonly isCharset: boolean;

  constructor(field: string, reason: string, isCharset = false) {
    super(
      'TELEGRAM_MALFORMED',
      `${field}: ${reason}`,
      'compare the sender’s layout version with src/telegram; a wrong offset shows in the first field that fails',
    );
    this.field = field;
    this.isCharset = isCharset;
  }
}
