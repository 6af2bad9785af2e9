/** How the sink answers posts. Every behaviour but `accept` is for tests of a sender. */
export type Behaviour =
  | { mode: 'accept' }
  | { mode: 'rate-limit'; retryAfterSeconds: number; times?: number }
  | { mode: 'fail'; status: number; times?: number }
  | { mode: 'hang'; times?: number };

const times = { type: 'integer', minimum: 1 };

const mode = (name: Behaviour['mode'], required: string[], properties: object) => ({
  required: ['mode', ...required],
  additionalProperties: false,
  properties: { mode: { const: name }, ...properties },
});

export const behaviourSchema = {
  type: 'object',
  required: ['mode'],
  discriminator: { propertyName: 'mode' },
  oneOf: [
    mode('accept', [], {}),
    mode('rate-limit', ['retryAfterSeconds'], { retryAfterSeconds: { type: 'integer', minimum: 0 }, times }),
    mode('fail', ['status'], { status: { type: 'integer', minimum: 400, maximum: 599 }, times }),
    mode('hang', [], { times }),
  ],
} as const;

/** The behaviour for the next post; after `times` posts it is `accept` again. */
export class BehaviourSwitch {
  #current: Behaviour = { mode: 'accept' };
  #left = Number.POSITIVE_INFINITY;

  set(behaviour: Behaviour): void {
    this.#current = behaviour;
    this.#left = ('times' in behaviour ? behaviour.times : undefined) ?? Number.POSITIVE_INFINITY;
  }

  next(): Behaviour {
    if (this.#left <= 0) return { mode: 'accept' };
    this.#left -= 1;
    return this.#current;
  }
}
