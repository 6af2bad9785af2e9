/** Counts what came, and what came before something that was written earlier under its key. */
export class Order {
  readonly #last = new Map<string, number>();
  count = 0;
  wrong = 0;

  add(key: string, id: number): void {
    this.count += 1;
    if (id <= (this.#last.get(key) ?? -1)) this.wrong += 1;
    this.#last.set(key, id);
  }
}
