/** pg's own conversion of JavaScript values to text; pg-cursor imports it from the same file. */
declare module 'pg/lib/utils.js' {
  export function prepareValue(value: unknown): string | Buffer | null;
}
