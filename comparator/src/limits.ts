/** Shadow calls at once: a shadow that takes 20 ms serves 3,200 a second by them, a hanging one holds 64 + 256 answers. */
export const SHADOW_SLOTS = 64;
export const SHADOW_QUEUE = 256;
/** Follow-ups are small and matter more than comparisons: a queue of their own, and a long one. */
export const FOLLOW_UP_SLOTS = 16;
export const FOLLOW_UP_QUEUE = 4_096;
