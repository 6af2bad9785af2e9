import type { Version } from './header.ts';
import { type LengthPrefix, TEXT_4 } from './prefix.ts';

/**
 * How one side of a line writes: its length prefix, and the generation of layouts. Generation 1 is the first header
 * with the first version of every message; 2 is the second header with the newest version of each. Who reads goes by
 * the telegram itself, so both generations live on one line, and each side moves when it is ready.
 */
export type Dialect = { readonly prefix: LengthPrefix; readonly layouts: Version };

export const FIRST_DIALECT: Dialect = { prefix: TEXT_4, layouts: 1 };
