export { callerOf } from './authenticate.ts';
export { callerVerifier, type VerifyCaller } from './callers.ts';
export { idempotencyKeyOf } from './idempotency-key.ts';
export { maskAccountNo } from './mask.ts';
export { sendProblem } from './problems.ts';
export { AccountParams, askedBy, sendAnswer } from './routes.ts';
export { type CoreServerOptions, coreServer } from './server.ts';
