/** Why a document is not valid JSON. */
export type DocumentFault = { class: DocumentFaultClass; detail: string };
type DocumentFaultClass =
  | 'syntax'
  | 'not-a-number'
  | 'duplicate-key'
  | 'lone-surrogate'
  | 'invalid-utf8'
  | 'too-deep'
  | 'too-long';

/** Thrown inside the parser; `parse` returns its fault. */
export class InvalidDocument extends Error {
  readonly fault: DocumentFault;
  constructor(className: DocumentFaultClass, detail: string) {
    super(detail);
    this.fault = { class: className, detail };
  }
}
