import { type ProblemCode, problem } from '../problem.ts';

/** Thrown inside the HTTP edge to answer with a problem; never leaves it. */
export class Refused extends Error {
  readonly body;
  readonly statusCode: number;
  constructor(code: ProblemCode, extra: { detail?: string } = {}) {
    const body = problem(code, extra);
    super(`${code} ${extra.detail ?? ''}`.trim());
    this.name = 'Refused';
    this.body = body;
    this.statusCode = body.status;
  }
}
