import Type from 'typebox';
import { Basis } from './money.ts';

/** Every problem code of the contract, with its HTTP status and title (RFC 9457). Codes are stable; titles are for people. */
export const PROBLEMS = {
  VALIDATION: { status: 400, title: 'The request is not well formed' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is required' },
  FORBIDDEN: { status: 403, title: 'The token does not allow this call' },
  NOT_FOUND: { status: 404, title: 'No such route' },
  ACCOUNT_NOT_FOUND: { status: 404, title: 'No such account' },
  PAYOUT_NOT_FOUND: { status: 404, title: 'No such payout' },
  NOT_ELIGIBLE: { status: 409, title: 'The account may not be paid on demand' },
  ALREADY_PAID_TODAY: { status: 409, title: 'Interest was already paid today' },
  NOTHING_TO_PAY: { status: 409, title: 'The interest does not reach one won yet' },
  NOT_REVERSIBLE: { status: 409, title: 'The payout cannot be taken back now' },
  REQUEST_IN_PROGRESS: { status: 409, title: 'Another request on this account is still running' },
  BASIS_UNKNOWN: { status: 409, title: 'The account has no such basis' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is larger than 16 KiB' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Only application/json is accepted' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used for a different request' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  INTERNAL: { status: 500, title: 'Unexpected fault' },
  UNAVAILABLE: { status: 503, title: 'Temporarily unavailable' },
  OUTCOME_UNKNOWN: {
    status: 504,
    title: 'The payout was sent and no answer came: ask again with the same key',
  },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof PROBLEMS;

/** `application/problem+json`. `basis` is the state that a refusal was decided from. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum(Object.keys(PROBLEMS) as ProblemCode[]),
    detail: Type.Optional(Type.String()),
    /** Address with more about this one occurrence; for OUTCOME_UNKNOWN, the outcome of the payout. */
    instance: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    basis: Type.Optional(Basis),
  },
  { additionalProperties: false },
);

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  instance?: string;
  reason?: string;
  basis?: Basis;
};

/** Builds the body of a problem. The HTTP status of the answer is `body.status`. */
export function problem(
  code: ProblemCode,
  extra: { detail?: string; instance?: string; reason?: string; basis?: Basis } = {},
): ProblemBody {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:problem:interest:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    code,
    ...extra,
  };
}
