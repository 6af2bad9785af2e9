import type { Version } from './header.ts';
import { type LengthPrefix, TEXT_4 } from './prefix.ts';

/**
 * How one end of a session writes: its length prefix and its generation of layouts. Generation 1 is the first header with
 * the first version of every message; generation 2 is the second header with the newest version of each message. The reader
 * takes the version from the telegram, so both generations work on one session and each end can change when it is ready.
 */
export type Dialect = { readonly prefix: LengthPrefix; readonly layouts: Version };

export const FIRST_DIALECT: Dialect = { prefix: TEXT_4, layouts: 1 };
