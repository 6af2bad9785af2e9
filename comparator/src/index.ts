/** For operations files: what to declare of a service so that its two cores can be compared. */
export { Answer, type FieldClass, type Json, parse, type Rule, stringify, valueAt } from './engine/index.ts';
export type {
  Beside,
  CoreName,
  FollowUp,
  GatewayProblem,
  GatewayRequest,
  IdentityTerms,
  Operation,
  OperationsFile,
  ProblemAnswer,
  Promotion,
  ShadowRequest,
} from './operation.ts';
