import type { TrCode } from './codes.ts';
import type { Version } from './header.ts';
import type { Layout } from './layout.ts';

/** A transaction of the legacy core: the body of its request, and the body of its answer with response code 0000. */
export type Message<Q extends Layout = Layout, A extends Layout = Layout> = {
  readonly trCd: TrCode;
  readonly version: Version;
  /** One line for `describe`. */
  readonly about: string;
  readonly request: Q;
  readonly answer: A;
};
