import type { EventRecord } from '../events/event-stream.ts';

/** A record that could not be booked. */
export type Letter = EventRecord & { origin: string; cause: string; eventId: string | null };

/** `booked`: its event was booked since, by another delivery. */
type LetterState = 'dead' | 'redriven' | 'booked';

export interface LetterBox {
  /** All letters that are kept, the oldest first; a letter that was kept twice comes once. */
  letters(): Promise<Letter[]>;
  /** Of these origins, those that were sent again. */
  redriven(origins: readonly string[]): Promise<Set<string>>;
  /** Of these events, those that are booked. */
  booked(eventIds: readonly string[]): Promise<Set<string>>;
  /** Puts a letter where it came from, at the end. */
  sendAgain(letter: Letter): Promise<void>;
  markRedriven(origin: string): Promise<void>;
}

export type Redriven = { letter: Letter; state: LetterState; sent: boolean }[];

/**
 * Looks at every letter and sends again those that are asked for and still dead. Twice in a row sends nothing the
 * second time; dying in between sends a letter once more, which the inbox makes harmless.
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
