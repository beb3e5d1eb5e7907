export type {
  ChallengedRequest,
  CredentialsPort,
} from './dialog/authenticated-sender.ts'
export type * from './dialog/call.types.ts'
export {
  dialogMachine,
  incomingCallMachine,
  meaningOfDescription,
  offerAnswerMachine,
  outgoingCallMachine,
  referSubscriptionMachine,
  sessionTimerMachine,
} from './dialog/dialog.tables.ts'
export * from './digest/index.ts'
export { createEndpoint } from './endpoint/endpoint.ts'
export type * from './endpoint/endpoint.types.ts'
export { sipMachines } from './endpoint/machines.ts'
export { defaultOverloadSettings, type OverloadSettings } from './endpoint/overload.ts'
export {
  type Binding,
  decideRegistration,
  defaultRegistrarSettings,
  type RegistrarDecision,
  type RegistrarSettings,
  routeToBinding,
  sortBindings,
} from './endpoint/registrar.ts'
export {
  type RegisterOptions,
  type RegistrationCommands,
  type RegistrationEvent,
  registrationMachine,
} from './endpoint/registration.ts'
export * from './message/index.ts'
export type * from './message/message.types.ts'
export * from './sdp/index.ts'
export type { RandomBytes } from './transaction/branch.ts'
export type { RequestFailure } from './transaction/client-transaction.ts'
export type { Machine, StateTable } from './transaction/machine.ts'
export { defaultTimerSettings, type TimerSettings } from './transaction/timers.ts'
export {
  inviteClientMachine,
  inviteServerMachine,
  nonInviteClientMachine,
  nonInviteServerMachine,
} from './transaction/transaction.tables.ts'
export type * from './transport/dns.ts'
export type { SendFailure } from './transport/request-sender.ts'
