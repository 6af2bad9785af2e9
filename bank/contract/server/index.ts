export { maskAccountNo } from '../account-no.ts';
export { callerOf } from './authenticate.ts';
export { callerVerifier, type VerifyCaller } from './callers.ts';
export { sendProblem } from './problems.ts';
export {
  AccountParams,
  accountRequestOf,
  idempotencyKeyOf,
  sendAnswer,
} from './routes.ts';
export { type AuthenticatedScope, type CoreServerOptions, coreServer } from './server.ts';
