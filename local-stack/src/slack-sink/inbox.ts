import type { Payload, ReceivedMessage, Refusal } from './message.ts';

/** Only the newest messages are kept, so that many alerts do not fill the memory. */
const KEPT_MESSAGES = 1_000;
const KEPT_REFUSALS = 100;

/** The received messages, newest last, limited in number; the totals also count dropped ones. */
export class Inbox {
  readonly messages: ReceivedMessage[] = [];
  readonly refusals: Refusal[] = [];
  totalMessages = 0;
  totalRefusals = 0;

  accept(payload: Payload, receivedAt: number): void {
    this.totalMessages += 1;
    this.messages.push({ id: this.totalMessages, receivedAt, ...payload });
    if (this.messages.length > KEPT_MESSAGES) this.messages.shift();
  }

  refuse(refusal: Refusal): void {
    this.totalRefusals += 1;
    this.refusals.push(refusal);
    if (this.refusals.length > KEPT_REFUSALS) this.refusals.shift();
  }

  clear(): void {
    this.messages.length = 0;
    this.refusals.length = 0;
  }
}
