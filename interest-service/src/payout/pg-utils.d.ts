/** What pg turns JavaScript values into text with; pg-cursor takes it from here, too. */
declare module 'pg/lib/utils.js' {
  export function prepareValue(value: unknown): string | Buffer | null;
}
