export type DocumentFault = { class: DocumentFaultClass; detail: string };
type DocumentFaultClass =
  | 'syntax'
  | 'not-a-number'
  | 'duplicate-key'
  | 'lone-surrogate'
  | 'invalid-utf8'
  | 'too-deep'
  | 'too-long';

/** Ends the reading of a document. */
export class Stop extends Error {
  readonly fault: DocumentFault;
  constructor(className: DocumentFaultClass, detail: string) {
    super(detail);
    this.fault = { class: className, detail };
  }
}
