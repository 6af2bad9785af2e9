/** A line of input that asks for no comparison; the message says what is wrong with it. */
export class BadLine extends Error {}
