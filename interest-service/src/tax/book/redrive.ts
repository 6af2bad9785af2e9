import type { EventRecord } from '../events/event-stream.ts';

/** A record that could not be booked. */
export type Letter = EventRecord & { origin: string; cause: string; eventId: string | null };

/** `booked`: another delivery of its event was booked since. */
type LetterState = 'dead' | 'redriven' | 'booked';

export interface LetterBox {
  /** All stored letters, the oldest first. A letter that was stored twice is returned once. */
  letters(): Promise<Letter[]>;
  /** Those of the given origins that were sent again. */
  redriven(origins: readonly string[]): Promise<Set<string>>;
  /** Those of the given events that are booked. */
  booked(eventIds: readonly string[]): Promise<Set<string>>;
  /** Puts a letter at the end of the topic from which it came. */
  sendAgain(letter: Letter): Promise<void>;
  markRedriven(origin: string): Promise<void>;
}

export type Redriven = { letter: Letter; state: LetterState; sent: boolean }[];

/**
 * Lists every letter and sends those again that are wanted and still dead. A second call sends nothing. If the process dies in
 * between, a letter is sent once more, which the inbox makes harmless.
 */
export async function redrive(
  box: LetterBox,
  wanted: (letter: Letter) => boolean,
  { dryRun }: { dryRun: boolean },
): Promise<Redriven> {
  const letters = await box.letters();
  const redriven = await box.redriven(letters.map(({ origin }) => origin));
  const booked = await box.booked(letters.flatMap(({ eventId }) => eventId ?? []));
  const done: Redriven = [];
  for (const letter of letters) {
    const state = stateOf(letter, redriven, booked);
    const sent = state === 'dead' && wanted(letter);
    if (sent && !dryRun) {
      await box.sendAgain(letter);
      await box.markRedriven(letter.origin);
    }
    done.push({ letter, state, sent });
  }
  return done;
}

function stateOf(
  { origin, eventId }: Letter,
  redriven: ReadonlySet<string>,
  booked: ReadonlySet<string>,
): LetterState {
  if (eventId !== null && booked.has(eventId)) return 'booked';
  return redriven.has(origin) ? 'redriven' : 'dead';
}
