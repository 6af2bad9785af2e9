import { HEADERS } from './header.ts';
import { type Layout, sizeOf } from './layout.ts';
import { ALL_MESSAGES, REFUSED } from './messages/index.ts';

const BODIES: Layout[] = [REFUSED, ...ALL_MESSAGES.flatMap(({ request, answer }) => [request, answer])];
const longestOf = (layouts: Layout[]): number => Math.max(...layouts.map(sizeOf));

/** Header and body of the longest layout. A longer frame is garbage or another protocol. */
export const MAX_TELEGRAM_BYTES = longestOf(Object.values(HEADERS)) + longestOf(BODIES);
